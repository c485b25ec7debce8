// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { shareSelection } from "../../static/dispatch/js/selection.js";

/** Windows of one desk: what one posts all others get. */
function desk() {
  const channels = /** @type {any[]} */ ([]);
  const said = /** @type {any[]} */ ([]);
  return {
    said,
    /** @param {string | null} open */
    window(open) {
      const channel = { onmessage: (/** @type {any} */ _) => {}, postMessage: (/** @type {any} */ data) => {
        said.push(data);
        for (const other of channels) if (other !== channel) other.onmessage({ data });
      } };
      channels.push(channel);
      const made = { open, draw: () => tell(made.open) };
      const tell = shareSelection({ selected: () => made.open, onSelect: (call) => { if (call !== null) made.open = call; } }, /** @type {any} */ (channel));
      return made;
    },
  };
}

test("a call opened in one window is open in all, and is said once", () => {
  const { window, said } = desk();
  const [one, two] = [window(null), window(null)];
  said.length = 0;
  one.open = "5";
  for (const each of [one, two, one, two]) each.draw();
  assert.equal(two.open, "5");
  assert.deepEqual(said, [{ call: "5" }]);
});

test("a window that opens asks and is told", () => {
  const { window } = desk();
  window("5").draw();
  assert.equal(window(null).open, "5");
});

test("a new call begun in one window is not thrown out by the call another has open", () => {
  const { window } = desk();
  const [one, two] = [window("5"), window("5")];
  for (const each of [one, two]) each.draw();
  one.open = null;
  for (const each of [one, two, one, two]) each.draw();
  assert.equal(one.open, null);
  assert.equal(two.open, "5");
});
