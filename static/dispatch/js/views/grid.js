// @ts-check
/**
 * A list whose rows are reached by keys: arrows or j/k move, Enter opens, and nothing moves while it is read. A long one draws
 * only the rows in sight.
 */
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";

import { t } from "../i18n.js";
import { visible, WINDOW_ABOVE } from "../rows.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../lists.js").ListName} ListName */

const ROW = 26;
/** @type {Map<ListName, { top: number, height: number, element: HTMLElement | null }>} */
const scrolls = new Map();

/**
 * @typedef {object} GridOptions
 * @property {ListName} name
 * @property {string} label
 * @property {string[]} columns heads
 * @property {(row: any) => string} keyOf
 * @property {(row: any) => unknown} cells
 * @property {(row: any) => boolean} isOpen the row shown elsewhere as open
 * @property {(row: any) => void} onOpen
 * @property {(key: string, row: any) => boolean} [onLetter] a single letter on the row under the cursor
 * @property {(row: any) => string} [tone] a class of the row
 * @property {string} empty
 */

/** @param {Desk} desk @param {GridOptions} options */
export function grid(desk, options) {
  const rows = desk.lists.rows(options.name);
  const state = desk.lists[options.name];
  const scroll = scrollOf(options.name);
  const { from, to } = visible(rows.length, scroll.top, scroll.height, ROW);
  const id = (/** @type {any} */ row) => `${options.name}-${options.keyOf(row)}`;
  const cursor = rows.find((row) => options.keyOf(row) === state.cursor);
  return html`<div class="grid" role="grid" tabindex="0" id="grid-${options.name}" aria-label=${options.label}
      aria-rowcount=${rows.length + 1} aria-activedescendant=${cursor && state.focused ? id(cursor) : nothing}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(desk, options, rows, event)}
      @focus=${() => onFocus(desk, options, rows)} @blur=${() => desk.lists.change(options.name, { focused: false })}
      @pointerenter=${() => desk.lists.change(options.name, { under: true })} @pointerleave=${() => desk.lists.change(options.name, { under: false })}
      @scroll=${(/** @type {Event} */ event) => onScroll(desk, options.name, rows.length, event)}
      ${ref((element) => { scroll.element = /** @type {HTMLElement | null} */ (element ?? null); })}>
    <div class="line head" role="row" aria-rowindex="1">${options.columns.map((column) => html`<span role="columnheader">${column}</span>`)}</div>
    ${rows.length === 0 ? html`<div class="line" role="row"><span class="empty dim" role="gridcell">${options.empty}</span></div>` : nothing}
    ${spacer(from)}
    ${repeat(rows.slice(from, to), options.keyOf, (row, at) => html`<div class="line ${options.tone?.(row) ?? ""} ${state.focused && row === cursor ? "cursor" : ""}"
      role="row" id=${id(row)} aria-rowindex=${from + at + 2} aria-selected=${options.isOpen(row)}
      @click=${() => { state.cursor = options.keyOf(row); options.onOpen(row); }}>${options.cells(row)}</div>`)}
    ${spacer(rows.length - to)}
  </div>`;
}

/** Keeps the scroll bar honest for rows that are not drawn. @param {number} rows */
function spacer(rows) {
  if (rows <= 0) return nothing;
  return html`<div role="presentation" ${ref((element) => /** @type {HTMLElement | undefined} */ (element)?.style.setProperty("height", `${rows * ROW}px`))}></div>`;
}

/** @param {ListName} name */
function scrollOf(name) {
  const known = scrolls.get(name) ?? { top: 0, height: 400, element: null };
  scrolls.set(name, known);
  return known;
}

/** @param {Desk} desk @param {ListName} name @param {number} rows @param {Event} event */
function onScroll(desk, name, rows, event) {
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  Object.assign(scrollOf(name), { top: element.scrollTop, height: element.clientHeight });
  if (rows > WINDOW_ABOVE) desk.changed();
}

/** @param {Desk} desk @param {GridOptions} options @param {any[]} rows */
function onFocus(desk, options, rows) {
  const state = desk.lists[options.name];
  const known = rows.some((row) => options.keyOf(row) === state.cursor);
  const open = rows.find(options.isOpen) ?? rows[0];
  desk.lists.change(options.name, { focused: true, cursor: known ? state.cursor : open ? options.keyOf(open) : null });
}

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 };

/** @param {Desk} desk @param {GridOptions} options @param {any[]} rows @param {KeyboardEvent} event */
function onKey(desk, options, rows, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const state = desk.lists[options.name];
  const at = rows.findIndex((row) => options.keyOf(row) === state.cursor);
  const row = rows[at];
  if (event.key in STEPS && rows.length > 0) {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + STEPS[event.key]))];
    desk.lists.change(options.name, { cursor: options.keyOf(next) });
    reveal(options.name, rows.indexOf(next));
  } else if (event.key === "Enter" && row) options.onOpen(row);
  else if (event.key === " ") desk.lists.resort(options.name);
  else if (event.key === "z") void desk.undo.now();
  else if (!(event.key.length === 1 && row && options.onLetter?.(event.key.toLowerCase(), row))) return;
  event.preventDefault();
}

/** @param {ListName} name @param {number} index */
function reveal(name, index) {
  const { element } = scrollOf(name);
  if (!element) return;
  const top = index * ROW;
  const room = element.clientHeight - 2 * ROW;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top > element.scrollTop + room) element.scrollTop = top - room;
}

/** The head of a pane with a list. @param {Desk} desk @param {string} key its Alt key @param {string} title @param {ListName} name @param {number} count */
export function paneHead(desk, key, title, name, count) {
  const { added } = desk.lists[name];
  return html`<h2 id="head-${name}"><kbd>${key}</kbd> ${title} <span class="number">(${count})</span>
    ${added > 0 ? html`<button type="button" class="button new" @click=${() => desk.lists.resort(name)}>${t("{added} new: sort", { added })}</button>` : nothing}</h2>`;
}
