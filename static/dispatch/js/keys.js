// @ts-check
/** Keys that work from anywhere in the console. Single letters never do: they belong to the list or field that has the focus. */
import { accept, sendPolice } from "./accept.js";
import { startCall } from "./views/call.js";
import { toggle } from "./views/header.js";
import { goToNearby } from "./views/nearby.js";
import { goToPremise } from "./views/premise.js";
import { goToTriage } from "./views/questions.js";
import { override } from "./views/recommendation.js";

/** @typedef {import("./desk.js").Desk} Desk */

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
  Object.assign(desk.line, { text, offers: [] });
  desk.focus("#command");
}

/** Units that could serve the open call: its roles, nearest first in the recommendation. @param {Desk} desk */
function unitsForCall(desk) {
  if (desk.call) void desk.recommend();
  desk.lists.filterUnits(desk.lists.unitFilter ? "" : "AV");
  desk.focus("#grid-units");
}

/** @type {Record<string, (desk: Desk) => unknown>} */
const KEYS = {
  Escape: (desk) => {
    if (desk.armed) desk.armed = "";
    desk.toCommandLine();
  },
  F1: (desk) => toggle(desk, "help"),
  F2: startCall,
  F3: (desk) => commandLine(desk, "? "),
  F4: goToTriage,
  F6: goToPremise,
  F7: goToNearby,
  F8: (desk) => desk.acknowledge(),
  "Shift+F8": sendPolice,
  F9: unitsForCall,
  "Ctrl+Enter": (desk) => accept(desk),
  "Ctrl+Shift+O": override,
  "Ctrl+k": (desk) => commandLine(desk, ""),
};

/** @param {KeyboardEvent} event */
function nameOf(event) {
  const key = event.key.length === 1 ? (event.shiftKey ? event.key.toUpperCase() : event.key) : event.key;
  return `${event.ctrlKey ? "Ctrl+" : ""}${event.shiftKey ? "Shift+" : ""}${key}`;
}

/** @param {Desk} desk */
export function listenToKeys(desk) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && /^Digit[1-5]$/.test(event.code)) {
      event.preventDefault();
      focus(PANES[Number(event.code.slice(-1)) - 1]);
      return;
    }
    const deed = KEYS[nameOf(event)];
    if (!deed || event.isComposing || event.altKey || event.metaKey) return;
    if (document.querySelector("dialog[open]") && event.key !== "F8") return;
    event.preventDefault();
    void deed(desk);
  });
}
