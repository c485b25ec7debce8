import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";

import * as kept from "../../static/dispatch/js/tablet_store.js";

const HOUR = 3_600_000;
let databases = 0;
const fresh = () => kept.openTablet(`test-${(databases += 1)}`);
const owner = (user, more = {}) => ({ user, unit: "CRT1", zone: "America/New_York", clinician: "yes", police: "no", until: 14 * HOUR, ...more });
const tap = (id, user, seq) => ({ id, owner: user, seq, kind: "status", label: id, path: "/api/x/", body: {}, state: "saved" });
const shown = (keptAt, state = { unit: { unit: "CRT1" }, call: null }) => ({ state, reference: { facilities: [] }, keptAt, heardAt: keptAt, offset: 0 });

test("taps are read in order and one owner never reads another's", async () => {
  const database = await fresh();
  const [ada, bob] = [new kept.TapStore(database, "ada"), new kept.TapStore(database, "bob")];
  await ada.put([tap("b", "ada", 2), tap("a", "ada", 1)]);
  await bob.put([tap("c", "bob", 1)]);
  assert.deepEqual((await ada.all()).map((one) => one.id), ["a", "b"]);
  await ada.remove(["a"]);
  assert.deepEqual((await ada.all()).map((one) => one.id), ["b"]);
  assert.deepEqual((await bob.all()).map((one) => one.id), ["c"]);
});

test("the last known state comes back for the same person on the same unit, in the session, and while it is fresh enough", async () => {
  const database = await fresh();
  await kept.takeOver(database, owner("ada"));
  await kept.keepState(database, shown(HOUR));
  assert.equal((await kept.keptState(database, owner("ada"), 2 * HOUR))?.keptAt, HOUR);
  assert.equal(await kept.keptState(database, owner("ada"), 14 * HOUR), null, "too old, and the session is over");
  assert.equal(await kept.keptState(database, owner("bob"), 2 * HOUR), null);
  assert.equal(await kept.keptState(database, owner("ada", { unit: "CRT2" }), 2 * HOUR), null);
  assert.equal(kept.isShown(owner("ada", { until: 100 * HOUR }), shown(HOUR), HOUR + kept.SHOWN_FOR_MS), false);
});

test("another person's sign-in takes away the former's state and taps, and says how many were never sent", async () => {
  const database = await fresh();
  await kept.takeOver(database, owner("ada"));
  await kept.keepState(database, shown(HOUR));
  await new kept.TapStore(database, "ada").put([tap("a", "ada", 1), tap("b", "ada", 2)]);
  assert.equal(await kept.takeOver(database, owner("bob")), 2);
  assert.equal(await database.get("kept", "state"), undefined);
  assert.equal(await kept.countTaps(database), 0);
  assert.equal((await kept.keptOwner(database))?.user, "bob");
});

test("the same person signing in again finds the taps, and the state of another unit is gone", async () => {
  const database = await fresh();
  await kept.takeOver(database, owner("ada"));
  await kept.keepState(database, shown(HOUR));
  await new kept.TapStore(database, "ada").put([tap("a", "ada", 1)]);
  assert.equal(await kept.takeOver(database, owner("ada", { unit: "CRT2" })), 0);
  assert.deepEqual([await kept.countTaps(database), await database.get("kept", "state")], [1, undefined]);
});

test("a session that ended leaves the taps only; a sign-out nothing, and remembers whom the server must still sign out", async () => {
  const database = await fresh();
  await kept.takeOver(database, owner("ada"));
  await kept.keepState(database, shown(HOUR));
  await new kept.TapStore(database, "ada").put([tap("a", "ada", 1)]);
  await kept.forgetState(database);
  assert.deepEqual([await kept.keptOwner(database), await database.get("kept", "state"), await kept.countTaps(database)], [undefined, undefined, 1]);
  await kept.wipe(database, "ada");
  assert.equal(await kept.countTaps(database), 0);
  assert.deepEqual([await kept.isLeaving(database, "ada"), await kept.isLeaving(database, "bob")], [true, false]);
  await kept.wipe(database);
  assert.equal(await kept.isLeaving(database, "ada"), false);
});

test("what is clinical, and earlier calls, are not kept on a tablet", () => {
  const notes = [{ audience: "ALL", text: "Gate code 4" }, { audience: "CLINICAL", text: "Knows our peer" }];
  const premise = { address: "415 Park St", cautions: [{ class: "CARE_PLAN", text: "Plan" }, { class: "ENVIRONMENT", text: "Dog" }], history: [{ number: "26-000001" }], last: { number: "26-000001" } };
  const state = { unit: { unit: "CRT1" }, call: { id: "1", notes, premise } };
  const { call } = kept.withoutClinical(state);
  assert.deepEqual([call.notes.map((note) => note.text), call.premise.cautions.map((one) => one.text), call.premise.history], [["Gate code 4"], ["Dog"], []]);
  assert.equal(state.call.notes.length, 2, "what is shown is not touched");
});
