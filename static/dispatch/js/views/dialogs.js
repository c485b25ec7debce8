// @ts-check
/** Questions asked before something is done: one table, one form. Esc leaves without doing anything. */
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";

import { served, t, tn } from "../i18n.js";
import { STATUS_WORDS } from "../wording.js";
import { CREW_DIALOG } from "./crew_dialog.js";
import { HANDLING_DIALOGS } from "./handling_dialogs.js";
import { PREMISE_DIALOGS } from "./premise_dialogs.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../desk.js").DialogState} DialogState */
/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {"text" | "number" | "select" | "checks" | "list" | "date"} type
 * @property {boolean} [required]
 * @property {string} [value]
 * @property {(desk: Desk) => [string, string][]} [options] code and label
 * @property {(dialog: DialogState) => boolean} [when] whether it is asked for at all
 */
/**
 * @typedef {object} Dialog
 * @property {(desk: Desk, dialog: DialogState) => string} title
 * @property {string} [explain]
 * @property {(dialog: DialogState) => string} [warns] what must be read before it is done
 * @property {Field[]} fields
 * @property {string} submit
 * @property {string} [kind]
 * @property {(desk: Desk, dialog: DialogState, values: Record<string, any>) => Promise<unknown>} send
 * @property {string} done
 */

/** @param {DialogState} dialog */
const number = (dialog) => dialog.call?.number ?? "";
/** @param {DialogState} dialog */
const id = (dialog) => dialog.call?.id ?? "";
/** @type {Field} */
const REASON = { name: "reason", label: t("Reason"), type: "text", required: true };
/** @param {string} value @returns {Field} */
const minutes = (value) => ({ name: "minutes", label: t("Minutes"), type: "number", required: true, value });

/** @param {string} path @param {string} label */
const onCall = (path, label) => (/** @type {Desk} */ desk, /** @type {DialogState} */ dialog, /** @type {Record<string, any>} */ values) =>
  desk.requests.onCall(id(dialog), path, values, label);

/** What was typed about a call goes before its end: afterwards it takes nothing more. @param {string} path @param {string} label @returns {Dialog["send"]} */
const endOf = (path, label) => async (desk, dialog, values) => {
  await desk.form?.save();
  return onCall(path, label)(desk, dialog, values);
};

/** @param {Desk} desk @returns {[string, string][]} */
const roles = (desk) => desk.known.roles.map((role) => [role, role]);

/** @type {Record<string, Dialog>} */
const DIALOGS = {
  ...PREMISE_DIALOGS,
  ...HANDLING_DIALOGS,
  close: {
    title: (_, dialog) => t("Close {number}", { number: number(dialog) }), submit: t("Close the call"), done: t("Closed; its units are available."),
    fields: [
      { name: "disposition", label: t("Disposition"), type: "select", required: true, options: (desk) => desk.known.dispositions.map((one) => [one.name, `${one.apco} ${served(one.label)}`]) },
      { name: "outcome", label: t("Outcome"), type: "text" }, { name: "note", label: t("Note"), type: "text" },
    ],
    send: endOf("close", t("Close")),
  },
  hold: { title: (_, dialog) => t("Hold {number}", { number: number(dialog) }), fields: [minutes("15"), REASON], submit: t("Hold"), done: t("Held."), send: onCall("hold", t("Hold")) },
  callback: { title: (_, dialog) => t("Call back about {number}", { number: number(dialog) }), warns: (dialog) => (dialog.call?.never_voice_call ? t("NEVER CALL BACK BY VOICE: write only") : ""), fields: [minutes("15")], submit: t("Promise"), done: t("Call-back set."), send: onCall("callback", t("Call-back")) },
  interpreter: {
    title: (_, dialog) => t("Interpreter for {number}", { number: number(dialog) }), explain: t("The line to call is shown with the call."), submit: t("Ask for one"), done: t("Interpreter asked for."),
    fields: [
      { name: "language", label: t("Language"), type: "select", required: true, options: (desk) => Object.entries(desk.reference.languages ?? {}).filter(([code]) => code !== "en").map(([code, name]) => [code, served(name)]) },
      { name: "whose", label: t("Whose language"), type: "select", required: true, value: "CALLER", options: () => [["CALLER", t("The caller's")], ["PERSON", t("The person's")]] },
    ],
    send: (desk, dialog, values) => desk.requests.onCall(id(dialog), "interpreter", { step: "requested", ...values }, t("Interpreter")),
  },
  eta: {
    title: (_, dialog) => t("When will {unit} be there?", { unit: dialog.unit }), fields: [minutes("")], submit: t("Promise"), done: t("ETA noted."),
    send: (desk, dialog, values) => desk.requests.onAssignment(dialog.assignment ?? "", "acknowledge", { minutes: values.minutes }, t("ETA of {unit}", { unit: dialog.unit })),
  },
  crew: CREW_DIALOG,
  cancel: { title: (_, dialog) => t("Cancel {number}", { number: number(dialog) }), explain: t("Nobody is needed any more."), fields: [REASON], submit: t("Cancel the call"), kind: "danger", done: t("Cancelled."), send: endOf("cancel", t("Cancel")) },
  reopen: { title: (_, dialog) => t("Reopen {number}", { number: number(dialog) }), fields: [REASON], submit: t("Reopen"), done: t("Reopened."), send: onCall("reopen", t("Reopen")) },
  merge: {
    title: (_, dialog) => t("Merge {number} into another call", { number: number(dialog) }), explain: t("Its callers, hazards and requests go with it; its notes are read there too."), submit: t("Merge"), done: t("Merged."),
    fields: [
      { name: "into", label: t("Into"), type: "select", required: true, options: (desk) => desk.known.calls.filter((call) => call.id !== desk.dialog?.call?.id).map((call) => [call.id, `${call.number} ${call.location.text}`]) },
      REASON,
    ],
    send: endOf("merge", t("Merge")),
  },
  unmerge: {
    title: (_, dialog) => t("{number} was another event", { number: number(dialog) }), explain: t("It is pending again, as it was. What it brought to the other call stays there."), fields: [REASON],
    submit: t("Unmerge"), done: t("Unmerged."), send: onCall("unmerge", t("Unmerge")),
  },
  correct: {
    title: () => t("Correct your note"), explain: t("The old words stay, struck through. Without words the note is only struck out."), submit: t("Correct"), done: t("Corrected."),
    fields: [{ name: "text", label: t("New words"), type: "text" }],
    send: (desk, dialog, values) => desk.requests.correct(id(dialog), dialog.about?.note ?? "", values.text),
  },
  position: {
    title: () => t("Your position"), explain: t("Your open calls come along."), submit: t("Sit there"), done: t("You sit there now."),
    fields: [{ name: "name", label: t("Name, as D2"), type: "list", required: true, options: (desk) => desk.positions.rows.map((row) => [row.name, `${row.name} · ${row.holder ?? t("nobody")} · ${tn("{count} call", "{count} calls", row.calls)}`]) }],
    send: (desk, dialog, values) => desk.positions.claim(values.name),
  },
  override: {
    title: (_, dialog) => t("Another response for {number}", { number: number(dialog) }), explain: t("More protection: anybody. Less needs a supervisor and a reason; the rules' own result stays stored."),
    fields: [{ name: "response", label: t("Response"), type: "checks", options: roles }, REASON], submit: t("Override"), done: t("Overridden."), send: onCall("override", t("Override")),
  },
  slot: {
    title: (_, dialog) => t("Request a role for {number}", { number: number(dialog) }), submit: t("Request"), done: t("Requested."),
    fields: [{ name: "role", label: t("Role"), type: "select", required: true, options: roles }, { ...REASON, required: false }], send: onCall("slots", t("Role requested")),
  },
  safe: {
    title: (_, dialog) => t("Scene of {number} safe", { number: number(dialog) }), explain: t("On the word of an officer or of EMS on this call."), submit: t("Mark safe"), done: t("Scene marked safe."),
    fields: [{ name: "source", label: t("Who says so"), type: "text", required: true }], send: onCall("scene-safe", t("Scene safe")),
  },
  interventions: {
    title: (_, dialog) => t("Interventions on {number}", { number: number(dialog) }), submit: t("Record"), done: t("Recorded."),
    fields: [{ name: "codes", label: t("Given on scene"), type: "checks", options: (desk) => (desk.reference.interventions ?? []).map((/** @type {any} */ one) => [one.code, served(one.label)]) }],
    send: onCall("interventions", t("Interventions")),
  },
  transport: {
    title: (_, dialog) => t("{unit} transporting", { unit: dialog.unit }), submit: t("Transporting"), done: t("Transporting."),
    fields: [{ name: "destination", label: t("Destination"), type: "list", required: true, options: (desk) => (desk.reference.facilities ?? []).map((/** @type {any} */ one) => [one.name, one.address ?? ""]) }],
    send: (desk, dialog, values) => desk.requests.status(dialog.assignment ?? "", "TR", { destination: values.destination }),
  },
  out: {
    title: (_, dialog) => `${dialog.unit} ${STATUS_WORDS.OO}`, fields: [REASON], submit: t("Out of service"), done: t("Out of service."),
    send: (desk, dialog, values) => desk.requests.unitStatus(dialog.unit ?? "", "OO", { reason: values.reason }),
  },
  clear: {
    title: (desk, dialog) => t("Clear: {text}", { text: served(desk.board.alerts.get(dialog.alert ?? "")?.text ?? "") || t("alert") }), explain: t("Its cause is gone."), fields: [REASON], submit: t("Clear the alert"), done: t("Alert cleared."),
    send: (desk, dialog, values) => desk.requests.clearAlert(dialog.alert ?? "", values.reason),
  },
  emergency: {
    title: (_, dialog) => t("EMERGENCY {unit}", { unit: dialog.unit }), explain: t("Raises an L1 alert at every position."), fields: [{ ...REASON, required: false }], submit: t("Raise the emergency"), kind: "danger", done: t("Emergency raised."),
    send: (desk, dialog, values) => desk.requests.emergency(dialog.unit ?? "", values.reason),
  },
};

/** @param {Desk} desk */
export function dialog(desk) {
  const state = desk.dialog;
  if (!state) return nothing;
  const what = DIALOGS[state.kind];
  return html`<dialog aria-labelledby="dialog-title" ${ref(show)} @cancel=${(/** @type {Event} */ event) => leave(desk, event)} @close=${() => desk.closeDialog()}>
    <form @submit=${(/** @type {SubmitEvent} */ event) => submit(desk, what, state, event)}>
      <h2 id="dialog-title">${what.title(desk, state)}</h2>
      ${what.warns?.(state) ? html`<p class="novoice" role="alert">${what.warns(state)}</p>` : nothing}
      ${what.explain ? html`<p class="dim">${what.explain}</p>` : nothing}
      ${asked(what, state).map((field) => control(desk, state, field))}
      ${state.error ? html`<p class="refusal" role="alert">${state.error}</p>` : nothing}
      <div class="row">
        <button class="button ${what.kind ?? "primary"}" ?disabled=${state.busy}>${what.submit}</button>
        <button type="button" class="button" @click=${() => desk.closeDialog()}>${t("Leave it (Esc)")}</button>
      </div>
    </form></dialog>`;
}

/** @param {Element | undefined} element */
function show(element) {
  if (element instanceof HTMLDialogElement && !element.open) queueMicrotask(() => element.isConnected && !element.open && element.showModal());
}

/**
 * Esc. Left to itself the browser first gives the focus back and says only later that the dialog has closed: a key in between
 * would land beside the refused command that stands selected by then.
 * @param {Desk} desk @param {Event} event
 */
function leave(desk, event) {
  event.preventDefault();
  desk.closeDialog();
}

/** @param {Dialog} what @param {DialogState} state */
const asked = (what, state) => what.fields.filter((field) => field.when?.(state) ?? true);

/** What is chosen stays chosen while units and calls come and go: an option keeps its element. @param {Desk} desk @param {DialogState} state @param {Field} field */
function control(desk, state, field) {
  const options = field.options?.(desk) ?? [];
  const value = state.values[field.name] ?? field.value ?? "";
  if (field.type === "checks") {
    return html`<fieldset><legend>${field.label}</legend>${repeat(options, ([code]) => code, ([code, label]) => html`<label class="check">
      <input type="checkbox" name=${field.name} value=${code} ?checked=${value.includes(code)} /> ${label}</label>`)}</fieldset>`;
  }
  if (field.type === "select") {
    return html`<label>${field.label}<select name=${field.name} ?required=${field.required}>
      ${field.value ? nothing : html`<option value="">${t("Choose…")}</option>`}
      ${repeat(options, ([code]) => code, ([code, label]) => html`<option value=${code} ?selected=${code === value}>${label}</option>`)}</select></label>`;
  }
  return html`<label>${field.label}<input name=${field.name} type=${field.type === "date" ? "date" : "text"} .defaultValue=${value} ?required=${field.required} autocomplete="off"
      inputmode=${field.type === "number" ? "numeric" : nothing} pattern=${field.type === "number" ? "[0-9]{1,3}" : nothing} list=${field.type === "list" ? `list-${field.name}` : nothing} /></label>
    ${field.type === "list" ? html`<datalist id=${`list-${field.name}`}>${options.map(([code, label]) => html`<option value=${code}>${label}</option>`)}</datalist>` : nothing}`;
}

/** @param {Desk} desk @param {Dialog} what @param {DialogState} state @param {SubmitEvent} event */
async function submit(desk, what, state, event) {
  event.preventDefault();
  if (state.busy) return;
  const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
  /** @type {Record<string, any>} */
  const values = {};
  for (const field of asked(what, state)) {
    const text = String(data.get(field.name) ?? "").trim();
    if (field.type === "checks") values[field.name] = data.getAll(field.name).map(String);
    else values[field.name] = field.type === "number" && (field.required || text) ? Number(text) : text;
  }
  Object.assign(state, { busy: true, error: "", values });
  desk.changed();
  try {
    await what.send(desk, state, values);
    if (desk.dialog === state) desk.closeDialog();
    desk.say(what.done);
  } catch (/** @type {any} */ error) {
    Object.assign(state, { busy: false, error: error.message });
    if (desk.dialog !== state) desk.refuse(error);
  }
  desk.changed();
}
