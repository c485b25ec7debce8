// @ts-check
/**
 * The open call, in step in all windows of one desk: console, second console, map, wall screen. A window that opens asks which call
 * it is; one that has a call open answers.
 */

const CHANNEL = "hearteam.selection";

/**
 * @param {{ selected: () => string | null, onSelect: (call: string | null) => void }} window_ what this window has open, and what
 *   to do when another opens something else
 * @param {BroadcastChannel} [channel]
 * @returns {(call: string | null) => void} tells the other windows; the same call twice in a row is told once
 */
export function shareSelection({ selected, onSelect }, channel = new BroadcastChannel(CHANNEL)) {
  /** @type {string | null} what was said in the channel last */
  let told = null;
  /** @type {string | null} what this window said it has open: another's new call closes nothing here, and says nothing back */
  let mine = null;
  channel.onmessage = ({ data }) => {
    if (data?.ask) {
      if (selected() !== null) channel.postMessage({ call: selected() });
      return;
    }
    told = typeof data?.call === "string" ? data.call : null;
    onSelect(told);
  };
  if (selected() === null) channel.postMessage({ ask: true });
  return (call) => {
    if (call === mine) return;
    mine = call;
    if (call === told) return;
    told = call;
    channel.postMessage({ call });
  };
}
