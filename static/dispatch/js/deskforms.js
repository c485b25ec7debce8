// @ts-check
/** What is typed of a call at a desk: its fields and its answers, with what happens as they are saved. */
import { CallForm } from "./callform.js";
import { t } from "./i18n.js";
import { Triage } from "./triage.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk @param {any} detail */
export function formOf(desk, detail) {
  return new CallForm(
    {
      requests: desk.requests,
      load: (id) => desk.api.get(`/api/calls/${id}/`),
      onChange: () => {
        desk.inWork.store(desk.form ? { form: desk.form, triage: desk.triage } : null);
        desk.duplicates.look();
        desk.changed();
      },
      onCreated: (call, form) => created(desk, call, form),
      onRefused: (error) => desk.refuse(error),
    },
    detail,
  );
}

/** @param {Desk} desk @param {any} call @param {CallForm} form */
function created(desk, call, form) {
  desk.say(t("Saved as {number}.", { number: call.number }));
  desk.inWork.opened(String(call.id));
  if (form !== desk.form) return;
  desk.selected = String(call.id);
  desk.triage?.begin(desk.selected);
  void desk.loadDetail();
}

/** @param {Desk} desk @param {any} kept */
export function triageOf(desk, kept) {
  return new Triage(
    {
      questions: desk.reference.questions,
      send: (call, answers, source, decision) => desk.requests.triage(call, answers, source, decision),
      reload: async () => ((await desk.refreshReference()) ? desk.reference.questions : null),
      onChange: () => desk.changed(),
      onDecision: () => desk.decided(),
      onRefused: (error) => desk.refuse(error),
    },
    kept,
  );
}
