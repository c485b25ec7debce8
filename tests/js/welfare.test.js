// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { welfareChoices } from "../../static/dispatch/js/welfare.js";

const timers = { welfare_every_s: 900, welfare_longest_s: 1800, welfare_tier_s: { 1: 900, 2: 600, 3: 1800, 4: 1800 } };

test("a crew asks for a shorter or a longer time than the usual one", () => {
  assert.deepEqual(welfareChoices(timers, 4), { usual: 15, others: [5, 30] });
});

test("where there is danger nobody is offered half an hour, and the usual time is as short as the tier's", () => {
  assert.deepEqual(welfareChoices(timers, 1), { usual: 15, others: [5] });
  assert.deepEqual(welfareChoices(timers, 2), { usual: 10, others: [5] });
});

test("before the center's limits are read, and without a tier, the programme's hold", () => {
  assert.deepEqual(welfareChoices(undefined, 2), { usual: 15, others: [5] });
  assert.deepEqual(welfareChoices(timers, null), { usual: 15, others: [5, 30] });
});
