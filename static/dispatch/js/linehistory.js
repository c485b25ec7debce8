// @ts-check
/** What was typed on the command line, for the arrow keys; it stays with this window as long as the person is signed in on it. */

/** @typedef {{ text: string, history: string[], at: number, offers: string[], confirm: string }} LineState `confirm`: the line that waits for a second Enter */

const KEPT = "hearteam.line";
const MOST = 50;

/** @returns {Storage | null} none outside a page */
const storage = () => (typeof sessionStorage === "undefined" ? null : sessionStorage);

/** @param {string} person whose history it is @returns {LineState} */
export function newLine(person) {
  const history = read(person);
  return { text: "", history, at: history.length, offers: [], confirm: "" };
}

/** @param {string} person @returns {string[]} */
function read(person) {
  try {
    const kept = JSON.parse(storage()?.getItem(`${KEPT}.${person}`) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(-MOST) : [];
  } catch {
    return [];
  }
}

/** @param {LineState} line @param {string} text what was sent @param {string} person */
export function remember(line, text, person) {
  line.history = [...line.history.filter((one) => one !== text), text].slice(-MOST);
  line.at = line.history.length;
  storage()?.setItem(`${KEPT}.${person}`, JSON.stringify(line.history));
}
