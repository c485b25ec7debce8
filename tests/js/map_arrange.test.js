import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, covered } from "../../static/dispatch/js/views/map_arrange.js";

const spot = (key, x, y, more = {}) => ({ key, lat: y, lon: x, label: "P2 4421", details: "", look: key.startsWith("call") ? "spot-call" : "spot-unit status-ER", heading: null, age: "", ...more });
const pixel = ({ lat, lon }) => ({ x: lon, y: lat });
const NEAR = { zoom: 15, selected: "", rings: false };
const CITY = { zoom: 12, selected: "", rings: false };
const dys = ({ shown }) => Object.fromEntries(shown.map((one) => [one.spot.key, one.dy]));

test("marks that do not touch stay where they are", () => {
  assert.deepEqual(dys(arrange([spot("call:1", 0, 0), spot("call:2", 300, 0), spot("unit:A", 0, 0)], pixel, NEAR)), { "call:1": 0, "call:2": 0, "unit:A": 0 });
});

test("calls at one place stand above one another, units below, in the same order whoever came first", () => {
  const spots = [spot("call:1", 0, 0), spot("call:2", 2, 1), spot("unit:A", 0, 0), spot("unit:B", 1, 0)];
  const found = dys(arrange(spots, pixel, NEAR));
  assert.deepEqual(found, { "call:1": 0, "call:2": -24, "unit:A": 0, "unit:B": 24 });
  assert.deepEqual(dys(arrange([...spots].reverse(), pixel, NEAR)), found);
});

test("a mark with nowhere to go stays on its place", () => {
  const crowd = Array.from({ length: 20 }, (_, n) => spot(`unit:U${n}`, 0, 0));
  const found = Object.values(dys(arrange(crowd, pixel, NEAR)));
  assert.deepEqual([Math.min(...found), Math.max(...found)], [-120, 144]);
  assert.ok(found.filter((dy) => dy === 0).length > 1);
});

test("rings of free units need less room than names", () => {
  const free = (key, x) => spot(key, x, 0, { look: "spot-unit status-AV" });
  assert.deepEqual(dys(arrange([free("unit:A", 0), free("unit:B", 20)], pixel, { ...NEAR, rings: true })), { "unit:A": 0, "unit:B": 0 });
  assert.notEqual(dys(arrange([free("unit:A", 0), free("unit:B", 20)], pixel, NEAR))["unit:B"], 0);
});

test("a crowd is one mark while the whole city is seen, with its number and its gravest look", () => {
  const crowd = [spot("call:1", 10, 10, { look: "spot-call priority-3" }), spot("call:2", 20, 10, { look: "spot-call tone-over" }), spot("unit:A", 30, 10), spot("unit:B", 40, 30)];
  const { shown, clusters } = arrange([...crowd, spot("call:9", 500, 500)], pixel, CITY);
  assert.deepEqual(shown.map((one) => one.spot.key), ["call:9"]);
  const [{ key, calls, units, look, lat, lon }] = clusters;
  assert.deepEqual({ key, calls, units, look, lat, lon }, { key: "cluster:0,0", calls: 2, units: 2, look: "spot-cluster tone-over", lat: 15, lon: 25 });
  assert.equal(arrange(crowd, pixel, NEAR).clusters.length, 0);
});

test("the open call is never hidden in a crowd", () => {
  const crowd = Array.from({ length: 6 }, (_, n) => spot(`call:${n}`, n, n));
  const { shown, clusters } = arrange(crowd, pixel, { ...CITY, selected: "call:3" });
  assert.deepEqual(shown.map((one) => one.spot.key), ["call:3"]);
  assert.equal(clusters[0].calls, 5);
});

test("a name that a mark lies on is hidden, and comes back when the mark has gone", () => {
  const label = (words, x, y, isSite = true) => ({ at: { x, y }, words, isSite });
  const labels = [label("✚ Hartford Hospital", 100, 100), label("✚ Hartford Hospital", 100, 300), label("FROG HOLLOW", 100, 80, false)];
  const hidden = (...spots) => covered(labels, arrange(spots, pixel, NEAR), pixel, false);
  assert.deepEqual(hidden(spot("unit:CRT1", 140, 95)), [true, false, false]);
  assert.deepEqual(hidden(spot("call:1", 100, 100)), [true, false, true]);
  assert.deepEqual(hidden(spot("unit:CRT1", 100, 130)), [false, false, false]);
  assert.deepEqual(hidden(), [false, false, false]);
});

test("a name that a mark was moved onto is hidden, too", () => {
  const labels = [{ at: { x: 0, y: 40 }, words: "★ Police", isSite: true }];
  assert.deepEqual(covered(labels, arrange([spot("unit:A", 0, 0)], pixel, NEAR), pixel, false), [false]);
  assert.deepEqual(covered(labels, arrange([spot("unit:A", 0, 0), spot("unit:B", 0, 0)], pixel, NEAR), pixel, false), [true]);
});
