// @ts-check
/**
 * Every key of the console in one table: what works from anywhere is done here, the rest is said where it is done. Single letters never
 * work from anywhere: they belong to the list or field that has the focus.
 */
import { accept, sendPolice } from "./accept.js";
import { t } from "./i18n.js";
import { nextInWork } from "./inwork.js";
import { goToTexts } from "./phoneside.js";
import { startCall } from "./views/call.js";
import { toggle } from "./views/header.js";
import { goToNearby } from "./views/nearby.js";
import { goToPremise } from "./views/premise.js";
import { goToTriage } from "./views/questions.js";
import { override } from "./views/recommendation.js";
import { sendFreeUnit } from "./views/transfer.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {{ key: string, words: string, does?: (desk: Desk) => unknown }} Key without `does`: of a list or of the command line */

const PANES = ["grid-pending", "grid-active", "grid-units", "call", "map"];

/** @param {string} id */
function focus(id) {
  const element = document.getElementById(id);
  const inside = () => element?.querySelector(".clash button") ?? element?.querySelector("input, button, [tabindex]");
  const target = element?.matches("[tabindex], input") ? element : inside();
  if (target instanceof HTMLElement) target.focus();
}

/** @param {Desk} desk @param {string} text */
function commandLine(desk, text) {
  Object.assign(desk.line, { text, offers: [], confirm: "" });
  desk.focus("#command");
}

/** Units that could serve the open call: its roles, nearest first in the recommendation. @param {Desk} desk */
function unitsForCall(desk) {
  if (desk.call) void desk.recommend();
  desk.lists.filterUnits(desk.lists.unitFilter ? "" : "AV");
  desk.focus("#grid-units");
}

/** @type {Key[]} */
export const KEYS = [
  { key: "Escape", words: t("Command line; leaves a dialog"), does: (desk) => {
    desk.armed = "";
    desk.toCommandLine();
  } },
  { key: "F1", words: t("Help"), does: (desk) => toggle(desk, "help") },
  { key: "F2", words: t("New call"), does: startCall },
  { key: "Shift+F2", words: t("Next call in hand"), does: (desk) => nextInWork(desk) },
  { key: "F3", words: t("Search calls"), does: (desk) => commandLine(desk, "? ") },
  { key: "F4", words: t("Triage questions"), does: goToTriage },
  { key: "Shift+F4", words: t("Words to say in the other language"), does: (desk) => desk.phone.toggleSpoken() },
  { key: "F6", words: t("Calls and cautions at the place"), does: goToPremise },
  { key: "F7", words: t("Calls nearby"), does: goToNearby },
  { key: "F8", words: t("Acknowledge the highest alert"), does: (desk) => desk.acknowledge() },
  { key: "Shift+F8", words: t("Send police to the L1 shown"), does: sendPolice },
  { key: "F9", words: t("Units for the open call"), does: unitsForCall },
  { key: "Shift+F9", words: t("Send the free unit to the call that waits for it"), does: sendFreeUnit },
  { key: "Ctrl+Enter", words: t("Accept the recommendation"), does: (desk) => accept(desk) },
  { key: "Ctrl+Shift+O", words: t("Override the response"), does: override },
  { key: "Ctrl+Shift+L", words: t("Take the place the phone offers"), does: (desk) => desk.phone.useBid() },
  { key: "Ctrl+Shift+Y", words: t("Write to the caller"), does: goToTexts },
  { key: "Ctrl+k", words: t("Find a command or a key"), does: (desk) => toggle(desk, "palette") },
  { key: "Alt+1", words: t("Pane 1: pending calls"), does: () => focus(PANES[0]) },
  { key: "Alt+2", words: t("Pane 2: active calls"), does: () => focus(PANES[1]) },
  { key: "Alt+3", words: t("Pane 3: units"), does: () => focus(PANES[2]) },
  { key: "Alt+4", words: t("Pane 4: the open call"), does: () => focus(PANES[3]) },
  { key: "Alt+5", words: t("Pane 5: the map"), does: () => focus(PANES[4]) },
  { key: "Alt+z", words: t("Undo what you did last, within 10 seconds"), does: (desk) => desk.undo.now() },
  { key: "z", words: t("In a list: undo what you did last, within 10 seconds") },
  { key: "j", words: t("In a list: next row") },
  { key: "k", words: t("In a list: row before") },
  { key: "ArrowDown", words: t("In a list: next row; on the command line: later line") },
  { key: "ArrowUp", words: t("In a list: row before; on the command line: earlier line") },
  { key: "Enter", words: t("In a list: open the row; on the command line: send") },
  { key: "Space", words: t("In a list: sort it now") },
  { key: "Tab", words: t("On the command line: complete") },
];

/** @type {Map<string, Key>} */
const BY_NAME = new Map(KEYS.filter((one) => one.does).map((one) => [one.key, one]));

/** @type {Record<string, string>} */
const SHOWN = { Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑", "Ctrl+k": "Ctrl+K", "Alt+z": "Alt+Z" };

/** As it stands on a keyboard. @param {string} key */
export const shownKey = (key) => SHOWN[key] ?? key;

/** A digit with Alt is known by its place: some layouts make another character of it. @param {KeyboardEvent} event */
function nameOf(event) {
  if (event.altKey && !event.ctrlKey && !event.shiftKey && event.code.startsWith("Digit")) return `Alt+${event.code.slice(-1)}`;
  if (event.altKey && !event.ctrlKey && !event.shiftKey && event.code === "KeyZ") return "Alt+z";
  if (event.altKey) return "";
  const key = event.key.length === 1 ? (event.shiftKey ? event.key.toUpperCase() : event.key) : event.key;
  return `${event.ctrlKey ? "Ctrl+" : ""}${event.shiftKey ? "Shift+" : ""}${key}`;
}

/** @param {Desk} desk */
export function listenToKeys(desk) {
  document.addEventListener("keydown", (event) => {
    const key = BY_NAME.get(nameOf(event));
    if (!key?.does || event.isComposing || event.metaKey) return;
    if (document.querySelector("dialog[open]") && event.key !== "F8") return;
    event.preventDefault();
    void key.does(desk);
  });
}
