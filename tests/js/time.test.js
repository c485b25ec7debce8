// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock, durationInWords, formatDuration, timeOfDay, when } from "../../static/dispatch/js/time.js";

test("durations read like a dispatcher's clock", () => {
  const minute = 60_000;
  assert.deepEqual(
    [0, 41_000, 12 * minute + 7000, 62 * minute + 33_000, 27 * 60 * minute + 10 * minute, -61_000].map(formatDuration),
    ["0:00", "0:41", "12:07", "1:02:33", "1d 3h", "-1:01"],
  );
  assert.deepEqual([30_000, 4 * minute, 65 * minute].map(durationInWords), ["30 s", "4 min", "1 h 5 min"]);
});

test("times are the center's, whatever the machine's zone, also across the change of clocks", () => {
  assert.equal(timeOfDay("2026-07-01T02:30:05Z", "America/New_York"), "22:30:05");
  assert.equal(timeOfDay("2026-11-01T05:30:00Z", "America/New_York"), "01:30:00");
  assert.equal(timeOfDay("2026-11-01T06:30:00Z", "America/New_York"), "01:30:00");
  assert.equal(timeOfDay("2026-07-01T04:00:00Z", "America/New_York"), "00:00:00");
});

test("another day's time names the day", () => {
  const now = Date.parse("2026-10-15T02:00:00Z");
  assert.equal(when("2026-10-14T22:41:00Z", "America/New_York", now), "18:41");
  assert.equal(when("2026-10-13T22:41:00Z", "America/New_York", now), "Oct 13 18:41");
});

test("the clock follows the server's, and a late stamp does not set it back", () => {
  let local = 1_000_000;
  const clock = new Clock(() => local);
  clock.stamp(new Date(local + 60_000 - 20).toISOString());
  local += 5000;
  clock.stamp(new Date(local + 60_000 - 900).toISOString());
  assert.equal(clock.now(), local + 60_000 - 20);
});

test("a clock that was set by hours is followed at once, and nothing is known before the server was heard", () => {
  let local = 1_000_000;
  const clock = new Clock(() => local);
  assert.equal(clock.known, false);
  clock.stamp("no time");
  assert.equal(clock.known, false);
  clock.stamp(new Date(local + 20).toISOString());
  assert.equal(clock.known, true);
  local += 3 * 3_600_000; // somebody set the tablet's clock three hours on
  clock.stamp(new Date(1_000_000 + 1000).toISOString());
  assert.equal(clock.now(), 1_000_000 + 1000);
});
