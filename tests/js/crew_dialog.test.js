// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { CREW_DIALOG, askOfCrew } from "../../static/dispatch/js/views/crew_dialog.js";

const NOW = Date.parse("2026-01-05T12:00:00Z");
const TAKEN = { contact: "Sam", clinician: "Dr. Vega", clinician_phone: "", meeting_point: "Gate ", guardian: "Ana Ejemplo", guardian_phone: "860-555-0172", school: "", school_phone: "", note: "" };
/** @param {object} [fields] @returns {any} */
const assigned = (fields) => ({ id: "7", unit: "WHEELER1", status: "ER", eta_at: "2026-01-05T12:11:20Z", ...fields });

/** The dialog as it opens, and what it sends when these values stand in it. @param {any} one @param {Record<string, any>} typed */
async function opened(one, typed) {
  /** @type {any[]} */
  const sent = [];
  /** @type {any} */
  const desk = {
    clock: { now: () => NOW },
    ask: (/** @type {string} */ kind, /** @type {any} */ more) => { desk.dialog = { kind, ...more }; },
    requests: { onAssignment: async (/** @type {string} */ id, /** @type {string} */ path, /** @type {any} */ body) => sent.push([id, path, body]) },
  };
  askOfCrew(desk, one, TAKEN);
  const shown = CREW_DIALOG.fields.filter((field) => field.when?.(desk.dialog) ?? true).map((field) => field.name);
  const { values } = desk.dialog;
  await CREW_DIALOG.send(desk, desk.dialog, { ...values, ...typed });
  return { shown, values, sent };
}

test("what is recorded stands in the dialog, and nothing is sent of what was not changed", async () => {
  const { shown, values, sent } = await opened(assigned(), {});
  assert.deepEqual([values.contact, values.clinician, values.meeting_point, values.guardian, values.eta], ["Sam", "Dr. Vega", "Gate", "Ana Ejemplo", "12"]);
  assert.deepEqual(Object.keys(values).sort(), [...shown].sort());
  assert.deepEqual(sent, []);
});

test("only what was changed is sent, emptied words too", async () => {
  const { sent } = await opened(assigned(), { clinician_phone: "860-555-0171", guardian: "" });
  assert.deepEqual(sent, [["7", "handoff", { clinician_phone: "860-555-0171", guardian: "" }]]);
});

test("another ETA is promised anew, an emptied one stays", async () => {
  assert.deepEqual((await opened(assigned(), { eta: 25 })).sent, [["7", "acknowledge", { minutes: 25 }]]);
  assert.deepEqual((await opened(assigned(), { eta: "" })).sent, []);
  assert.deepEqual((await opened(assigned({ eta_at: null }), { eta: 5 })).sent, [["7", "acknowledge", { minutes: 5 }]]);
});

test("a crew that has arrived is not asked when it will", async () => {
  const { shown, values } = await opened(assigned({ status: "OS" }), {});
  assert.equal(shown.includes("eta"), false);
  assert.equal("eta" in values, false);
});
