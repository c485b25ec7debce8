import assert from "node:assert/strict";
import { test } from "node:test";

import { listenForPlaces, placeFromMap, tellPlace } from "../../static/dispatch/js/place_from_map.js";

function desk({ call = null, text = "", form = true } = {}) {
  const done = [];
  const made = () => ({ value: () => text, pick: (place) => done.push(["pick", place]) });
  return {
    call, form: form ? made() : null, done,
    say: (words) => done.push(["say", words]),
    ask: (kind, { about }) => done.push(["ask", kind, about.known]),
    openNew() { this.form = made(); done.push(["new"]); },
  };
}

test("a point becomes the place of a call that has none", () => {
  const at = desk();
  placeFromMap(at, 41.7632, -72.6851);
  assert.deepEqual(at.done[0], ["pick", { text: "41.76320, -72.68510", lat: 41.7632, lon: -72.6851 }]);
});

test("with no call open it begins one", () => {
  const at = desk({ form: false });
  placeFromMap(at, 41.7632, -72.6851);
  assert.deepEqual(at.done.map(([what]) => what), ["new", "pick", "say"]);
});

test("a place that is there is replaced only after asking, that of an ended call never", () => {
  const typed = desk({ text: "415 Park St" });
  placeFromMap(typed, 41.7, -72.6);
  assert.deepEqual(typed.done, [["ask", "place", "415 Park St"]]);
  const ended = desk({ call: { status: "closed" }, text: "415 Park St" });
  placeFromMap(ended, 41.7, -72.6);
  assert.deepEqual(ended.done.map(([what]) => what), ["say"]);
});

test("the map's own window hears whether a console took the point", async () => {
  assert.equal(await tellPlace(41.7, -72.6, new BroadcastChannel("nobody")), false);
  const at = desk();
  const [here, there] = [new BroadcastChannel("somebody"), new BroadcastChannel("somebody")];
  listenForPlaces(at, here);
  assert.equal(await tellPlace(41.7, -72.6, there), true);
  assert.equal(at.done[0][0], "pick");
  here.close();
});
