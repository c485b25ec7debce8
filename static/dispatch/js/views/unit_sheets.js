// @ts-check
/** The sheets of the responder page: note, outcome, clearing the call, being out of service. */
import { served, t } from "../i18n.js";
import { html, nothing, render } from "lit-html";

/** @typedef {(close: () => void) => unknown} SheetContent */

/**
 * Open a sheet over the page. It goes with Escape, with Back, and when its content closes it. It is not modal: the page beneath is
 * inert, but the two alarms stay in reach.
 * @param {string} title @param {SheetContent} content
 * @returns {{ redraw: () => void, close: () => void }} for what changes otherwise than by a touch in the sheet
 */
export function openSheet(title, content) {
  const page = /** @type {HTMLElement} */ (document.getElementById("unit"));
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.setAttribute("aria-labelledby", "sheet-title");
  const close = () => dialog.close();
  const draw = () => render(html`
    <header><h2 id="sheet-title">${title}</h2><button type="button" class="button" @click=${close}>${t("Back")}</button></header>
    ${content(close)}`, dialog);
  dialog.addEventListener("redraw", draw);
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    page.inert = false;
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  draw();
  page.after(dialog);
  page.inert = true;
  dialog.show();
  return { redraw: draw, close };
}

/** Draw the sheet again after its content's own state changed. @param {Event} event */
export function redraw(event) {
  /** @type {Element} */ (event.target).closest("dialog")?.dispatchEvent(new Event("redraw"));
}

/** A note not sent yet survives closing the sheet, on its own call only. */
const draft = { call: "", text: "" };

/**
 * @param {string} call its id
 * @param {{ code: string, label: string }[]} audiences the first is the default; one alone is not asked
 * @param {(text: string, audience: string, hazard: boolean) => void} send
 */
export function openNote(call, audiences, send) {
  if (draft.call !== call) Object.assign(draft, { call, text: "" });
  let audience = audiences[0].code;
  let hazard = false;
  const choose = (/** @type {string} */ code) => (/** @type {Event} */ event) => {
    audience = code;
    redraw(event);
  };
  const toggleHazard = (/** @type {Event} */ event) => {
    hazard = !hazard;
    redraw(event);
  };
  openSheet(t("Note"), (close) => {
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!draft.text.trim()) return;
      send(draft.text.trim(), hazard ? "ALL" : audience, hazard);
      draft.text = "";
      close();
    };
    return html`<form @submit=${submit}>
      <label for="note-text">${t("What happened")} <small>${t("The microphone on your keyboard writes what you say.")}</small></label>
      <textarea id="note-text" rows="4" maxlength="4000" required .value=${draft.text} @input=${(/** @type {any} */ event) => {
        draft.text = event.target.value;
      }}></textarea>
      ${audiences.length > 1 && !hazard ? html`<fieldset class="choices"><legend>${t("Who may read it")}</legend>
        ${audiences.map(({ code, label }) => choice(label, audience === code, choose(code)))}</fieldset>` : nothing}
      <div class="choices">${choice(t("Danger for everybody on the call"), hazard, toggleHazard)}</div>
      <button type="submit" class="button primary">${t("Save note")}</button>
    </form>`;
  });
}

/** @param {string} label @param {boolean} on @param {(event: Event) => void} toggle */
export function choice(label, on, toggle) {
  return html`<button type="button" class="button" aria-pressed=${on} @click=${toggle}>${label}</button>`;
}

/**
 * @param {{ name: string, label: string }[]} outcomes @param {{ code: string, label: string }[]} interventions
 * @param {string[]} recorded codes already on the call @param {(outcome: string, codes: string[]) => void} send the outcome's label
 */
export function openOutcome(outcomes, interventions, recorded, send) {
  let outcome = "";
  /** @type {Set<string>} */
  const chosen = new Set(recorded);
  const chooseOutcome = (/** @type {string} */ label) => (/** @type {Event} */ event) => {
    outcome = outcome === label ? "" : label;
    redraw(event);
  };
  const toggle = (/** @type {string} */ code) => (/** @type {Event} */ event) => {
    if (!chosen.delete(code)) chosen.add(code);
    redraw(event);
  };
  openSheet(t("Outcome"), (close) => {
    const added = [...chosen].filter((code) => !recorded.includes(code));
    const save = () => {
      send(outcome, added);
      close();
    };
    return html`
      <fieldset class="choices"><legend>${t("What was done")}</legend>
        ${interventions.map(({ code, label }) => recorded.includes(code)
          ? html`<span class="button done">${t("{label} (recorded)", { label: served(label) })}</span>`
          : choice(served(label), chosen.has(code), toggle(code)))}</fieldset>
      <fieldset class="choices"><legend>${t("How it ended")}</legend>
        ${outcomes.map(({ label }) => choice(served(label), outcome === label, chooseOutcome(label)))}</fieldset>
      <button type="button" class="button primary" ?disabled=${!outcome && added.length === 0} @click=${save}>${t("Save outcome")}</button>`;
  });
}

/**
 * Clearing a call is confirmed: one wrong tap would take the crew off it.
 * @param {string} unit @param {string} number @param {boolean} hasOutcome
 * @param {() => void} clear @param {() => void} outcome opens the outcome sheet
 */
export function openClear(unit, number, hasOutcome, clear, outcome) {
  openSheet(t("Clear {unit} from {number}?", { unit, number }), (close) => {
    const then = (/** @type {() => void} */ act) => () => {
      close();
      act();
    };
    return html`
      ${hasOutcome ? nothing : html`<p>${t("No outcome is recorded yet.")}</p><button type="button" class="button" @click=${then(outcome)}>${t("Record the outcome")}</button>`}
      <button type="button" class="button primary" @click=${then(clear)}>${t("Clear: we are available")}</button>`;
  });
}

/** What is sent and kept is English, as everything others read. @type {Record<string, string>} */
const OUT_WORDS = {
  Vehicle: t("Vehicle"), Equipment: t("Equipment"), "Crew unwell": t("Crew unwell"), Decontamination: t("Decontamination"),
  Restock: t("Restock"), Paperwork: t("Paperwork"),
};

/** @param {(reason: string) => void} choose */
export function openOutOfService(choose) {
  openSheet(t("Out of service because of"), (close) => html`<div class="choices">${Object.keys(OUT_WORDS).map((reason) => html`
    <button type="button" class="button" @click=${() => {
      choose(reason);
      close();
    }}>${OUT_WORDS[reason]}</button>`)}</div>`);
}

/** @param {(minutes: number) => void} choose */
export function openBreak(choose) {
  openSheet(t("Break for"), (close) => html`<div class="choices">${[15, 30, 45].map((minutes) => html`
    <button type="button" class="button" @click=${() => {
      choose(minutes);
      close();
    }}>${t("{minutes} minutes", { minutes })}</button>`)}</div>`);
}
