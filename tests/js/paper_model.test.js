// @ts-check
/** A paper sheet as it is typed: times of the center's clock, over midnight and over the end of summer time. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyOf, emptySheet, instant, minutesOf } from "../../static/dispatch/js/paper_model.js";

const ZONE = "America/New_York";

test("a time is read with and without its colon, and nothing else is", () => {
  assert.deepEqual(["22:41", "2241", "941", "9:05"].map(minutesOf), [1361, 1361, 581, 545]);
  assert.deepEqual(["25:00", "12:60", "noon", ""].map(minutesOf), [null, null, null, null]);
});

test("a time is of the center's clock, summer and winter", () => {
  assert.equal(instant("2026-07-01", 22 * 60, ZONE), "2026-07-02T02:00:00.000Z");
  assert.equal(instant("2026-12-01", 22 * 60, ZONE), "2026-12-02T03:00:00.000Z");
  assert.equal(instant("2026-11-01", 8 * 60, ZONE), "2026-11-01T13:00:00.000Z");
});

test("a time before the call came in is of the next day", () => {
  const sheet = { ...emptySheet("2026-11-22"), number: " 7 ", received: "23:50", closed: "0:40", place: "550 Main St", disposition: "15" };
  sheet.units = [{ unit: " crt1 ", times: { dispatched_at: "23:55", on_scene_at: "0010" }, destination: "" }];
  const { body, wrong } = bodyOf(sheet, ZONE);
  assert.deepEqual(wrong, []);
  assert.equal(body.number, "7");
  assert.equal(body.received_at, "2026-11-23T04:50:00.000Z");
  assert.equal(body.closed_at, "2026-11-23T05:40:00.000Z");
  assert.equal(body.units[0].unit, "CRT1");
  assert.equal(body.units[0].on_scene_at, "2026-11-23T05:10:00.000Z");
  assert.equal(body.units[0].en_route_at, null);
});

test("what is no time is named, and empty lines are left out", () => {
  const sheet = { ...emptySheet("2026-11-22"), received: "10:00", closed: "soon" };
  sheet.notes = [{ at: "", text: "Calm" }, { at: "", text: " " }];
  const { body, wrong } = bodyOf(sheet, ZONE);
  assert.deepEqual(wrong, ["closed"]);
  assert.deepEqual(body.units, []);
  assert.deepEqual(body.notes, [{ text: "Calm", at: "2026-11-22T15:00:00.000Z" }]);
  assert.deepEqual(bodyOf(emptySheet("2026-11-22"), ZONE).wrong, ["received", "closed"]);
});

test("times whose unit was forgotten are not left out without a word", () => {
  const sheet = { ...emptySheet("2026-11-22"), received: "2241", closed: "2330" };
  sheet.units = [{ unit: " ", times: {}, destination: "" }, { unit: "", times: { dispatched_at: "2245" }, destination: "" }, { unit: "hpd1", times: { on_scene_at: "x" }, destination: "" }];
  const { body, wrong } = bodyOf(sheet, ZONE);
  assert.deepEqual(wrong, ["units.1", "units.2"], "by their own lines");
  assert.deepEqual(body.units.map((/** @type {any} */ one) => one.unit), ["HPD1"]);
});
