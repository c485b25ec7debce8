// @ts-check
/** The wall screen of `/board/`: read from across the room, never touched. The calls that do not fit are counted; of units every one comes by. */
import { html, nothing, render } from "lit-html";
import { t } from "../i18n.js";
import { shareSelection } from "../selection.js";
import { timeOfDay } from "../time.js";
import { followBoard } from "./wallboard_follow.js";
import { callLines, counts, page, unitLines } from "./wallboard_model.js";

const ROW_PX = 40;
/** On a screen lower than this lines stand closer (wallboard.css). */
const LOW_PX = 900;
const LOW_ROW_PX = 28;
const LOW_HEAD_PX = 84;
const TURN_MS = 7000;
// The heading, the column names and "and 2 more".
const HEAD_PX = 110;
const COUNTS_PX = 110;
const FREE_A_ROW = 4;

const { store, clock, freshness } = followBoard();
const zone = document.body.dataset.zone ?? "America/New_York";
const root = /** @type {HTMLElement} */ (document.getElementById("board"));
const freshnessWord = /** @type {HTMLElement} */ (document.getElementById("freshness"));
const clockWord = /** @type {HTMLElement} */ (document.getElementById("clock"));
let due = true;
/** The call that a console of this machine has open. @type {string | null} */
let selected = null;

/** @param {string} tone */
const toneClass = (tone) => ({ over: "overdue", soon: "due-soon" })[tone] ?? "";

/** @param {string} title @param {import("./wallboard_model.js").CallLine[]} lines @param {number} room rows */
function callTable(title, lines, room) {
  return html`<section aria-label=${title}><h2>${title} <span class="number">${lines.length}</span></h2>
    ${lines.length === 0 ? html`<p class="dim">${t("None")}</p>` : html`<table>
      <thead><tr><th>${t("Number")}</th><th>${t("Priority")}</th><th>${t("Tier")}</th><th>${t("Type")}</th><th>${t("Place")}</th><th>${t("Units")}</th><th>${t("Age")}</th></tr></thead>
      <tbody>${lines.slice(0, room).map((line) => html`<tr aria-current=${line.key === selected ? "true" : nothing}>
        <td class="number">${line.number}</td><td><span class="priority priority-${line.priority}">P${line.priority}</span></td><td>${line.tier}</td>
        <td>${line.type}</td><td>${line.place}</td><td>${line.units}</td><td class="number age"><span class=${toneClass(line.tone)}>${line.age}</span></td></tr>`)}</tbody></table>`}
    ${more(lines.length, room)}</section>`;
}

/** @param {{ busy: import("./wallboard_model.js").UnitLine[], free: string[] }} units @param {number} room rows */
function unitTable({ busy, free }, room) {
  return html`<section aria-label=${t("Units at work")}><h2>${t("Units at work")} <span class="number">${busy.length}</span></h2>
    ${busy.length === 0 ? html`<p class="dim">${t("None")}</p>` : busyUnits(busy, room)}</section>
    <section aria-label=${t("Available")}><h2>${t("Available")} <span class="number">${free.length}</span></h2>
    <ul class="free">${free.map((unit) => html`<li class="status status-AV">${unit}</li>`)}</ul></section>`;
}

/**
 * All of them: in two columns where one has no room, and a page after the other where two have none.
 * @param {import("./wallboard_model.js").UnitLine[]} busy @param {number} room rows
 */
function busyUnits(busy, room) {
  const columns = busy.length > room ? 2 : 1;
  const shown = page(busy, columns * room, Math.floor(Date.now() / TURN_MS));
  return html`<ul class=${`busy columns-${columns}`}>${shown.lines.map((line) => html`<li>
      <span>${line.unit}</span><span class="status status-${line.status}">${line.status}</span><span class="number">${line.call}</span>
      <span class="number age ${toneClass(line.tone)}">${line.age}</span></li>`)}</ul>
    ${shown.lines.length < busy.length ? html`<p class="dim">${t("{from} to {to} of {count}", { from: shown.from, to: shown.to, count: busy.length })}</p>` : nothing}`;
}

/** @param {number} count @param {number} room */
function more(count, room) {
  return count > room ? html`<p class="dim">${t("and {count} more", { count: count - room })}</p>` : nothing;
}

function draw() {
  due = false;
  const now = clock.now();
  const { fresh, text } = freshness();
  freshnessWord.textContent = text;
  freshnessWord.dataset.fresh = String(fresh);
  clockWord.textContent = timeOfDay(now, zone);
  if (!store.loaded) return;
  const { pending, active } = callLines(store.state, now);
  const units = unitLines(store.state, now);
  const isLow = innerHeight < LOW_PX;
  const [rowPx, headPx] = isLow ? [LOW_ROW_PX, LOW_HEAD_PX] : [ROW_PX, HEAD_PX];
  const rows = Math.max(4, Math.floor((root.clientHeight - COUNTS_PX - 2 * headPx) / rowPx));
  const forPending = Math.min(pending.length, rows - Math.min(active.length, Math.floor(rows / 2)));
  render(html`
    <dl class="counts">${counts(store.state, now).map(({ label, value, tone }) => html`<div class=${toneClass(tone)}><dt>${label}</dt><dd class="number">${value}</dd></div>`)}</dl>
    <div class="calls">${callTable(t("Pending"), pending, forPending)}${callTable(t("Active"), active, rows - forPending)}</div>
    <div class="units">${unitTable(units, Math.max(2, rows - Math.ceil(units.free.length / FREE_A_ROW)))}</div>`, root);
}

shareSelection({ selected: () => null, onSelect: (call) => {
  selected = call;
  due = true;
} });
store.subscribe(() => { due = true; });
setInterval(() => due && draw(), 250);
setInterval(draw, 1000);
addEventListener("resize", draw);
draw();
