// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import * as model from "../../static/dispatch/js/views/unit_crew_model.js";
import { placesShown } from "../../static/dispatch/js/views/unit_model.js";
import { Notices } from "../../static/dispatch/js/views/unit_notice.js";

const clara = { id: "1", name: "Clara Example", role: "CLINICIAN", roles: ["CLINICIAN"], languages: ["en"], on: "CRT1" };
const peer = { id: "2", name: "Peer Example", role: "PEER", roles: ["PEER"], languages: ["en", "es"], on: "" };
const unit = {
  unit: "CRT1", team: "CRT", vehicle: "Van 7", shift_ends_at: null, signed_on_at: null, needs: ["CLINICIAN", "PEER"],
  equipment: ["Naloxone", "Radio"], missing: [], crew: [clara], mine: true, handover: null,
};

test("at the start the roster's crew and oneself are proposed, and nothing counts as checked", () => {
  const form = model.crewForm(unit, peer);
  assert.deepEqual(form.crew.map((person) => person.name), ["Clara Example", "Peer Example"]);
  assert.deepEqual(model.equipmentMissing(form), ["Naloxone", "Radio"]);
  assert.deepEqual(model.rolesMissing(form), []);
});

test("a change of a crew that is there begins with what it said", () => {
  const form = model.crewForm({ ...unit, signed_on_at: "2026-10-14T22:00:00Z", missing: ["Radio"] }, clara);
  assert.deepEqual(model.equipmentMissing(form), ["Radio"]);
  assert.deepEqual(model.rolesMissing(form), ["PEER"]);
});

test("who comes later to a crew that is there only joins it, and says nothing of the others", () => {
  const started = { ...unit, signed_on_at: "2026-10-14T22:00:00Z" };
  assert.equal(model.isJoining(started, peer), true);
  assert.equal(model.isJoining(started, clara), false);
  assert.equal(model.isJoining(unit, peer), false);
  assert.deepEqual(model.signOnBody(model.crewForm(started, peer), true), { unit: "CRT1" });
});

test("people come on board once, leave, and are sent with role and languages", () => {
  let form = model.withPerson(model.withPerson(model.crewForm(unit, clara), peer), peer);
  form = model.withChange(form, "2", { languages: model.toggled(peer, "pt") });
  form = model.withoutPerson({ ...form, haveLeft: true }, "1");
  form.there.add("Naloxone");
  assert.equal(form.haveLeft, false, "somebody else's leaving is not said yet");
  assert.deepEqual(model.signOnBody(form, false), {
    unit: "CRT1", vehicle: "Van 7", missing: ["Radio"], have_left: false, crew: [{ person: "2", role: "PEER", languages: ["en", "es", "pt"] }],
  });
  assert.deepEqual(model.toggled(peer, "es"), ["en"]);
});

/** @param {string} text @param {Record<string, unknown>} [assignment] @returns {any} */
const at = (text, assignment = {}) => ({ unit: { unit: "CRT1" }, assignment: { id: "5", status: "ER", ...assignment }, call: { id: "9", location: { text, unit: "" } } });

test("a call, an order and a check that is due call for attention once", () => {
  const notices = new Notices();
  assert.equal(notices.take(null, 0, true), false);
  assert.equal(notices.take(at("415 Park St"), 1, true), true);
  assert.equal(notices.take(at("415 Park St"), 2, true), false);
  assert.equal(notices.take(at("415 Park St", { order: "STAGE" }), 3, true), true);
  assert.equal(notices.take(at("415 Park St", { order: "STAGE", order_acknowledged_at: "x" }), 4, true), false);
  const due = { welfare_due_at: "2026-10-14T22:00:00Z" };
  assert.equal(notices.take(at("415 Park St", due), Date.parse(due.welfare_due_at) - 1, true), false);
  assert.equal(notices.take(at("415 Park St", due), Date.parse(due.welfare_due_at), true), true);
});

test("what the page opens with is no news", () => {
  assert.equal(new Notices().take(at("415 Park St"), 1, true), false);
});

test("the same call at another place is news and says where it was; another call's place is not", () => {
  const notices = new Notices();
  notices.take(at("415 Park St"), 1, true);
  assert.equal(notices.place, null);
  assert.equal(notices.take(at("417 Park St"), 2, true), true);
  assert.deepEqual(notices.place, { call: "9", before: "415 Park St", at: 2 });
  assert.equal(notices.take(at("417 Park St"), 3, true), false);
  const other = at("1 Elm St");
  other.call.id = "10";
  notices.take(other, 4, true);
  assert.equal(notices.place, null);
});

test("the nearest places are offered first, and all of a kind or a name", () => {
  const places = Array.from({ length: 9 }, (_, index) => ({ name: index === 8 ? "St. Francis" : `Clinic ${index}`, kind: index === 8 ? "HOSPITAL" : "CLINIC", address: "1 Elm St", miles: index }));
  assert.deepEqual([placesShown(places, "", "").shown.length, placesShown(places, "", "").more], [6, 3]);
  assert.deepEqual(placesShown(places, "HOSPITAL", "").shown.map((place) => place.name), ["St. Francis"]);
  assert.equal(placesShown(places, "CLINIC", "").shown.length, 8);
  assert.deepEqual(placesShown(places, "", "fran elm").shown.map((place) => place.name), ["St. Francis"]);
  assert.deepEqual(placesShown(places, "CLINIC", "fran").shown, []);
});
