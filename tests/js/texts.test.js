// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { bareTexts } from "./bare_texts.js";

const FOLDERS = ["static/dispatch/js", "static/dispatch/js/views"];
const ts = await import("typescript").then((module) => module.default, () => null);
const missing = ts === null && !process.env.CI ? "TypeScript is not installed" : false;

test("no view shows words that could not be read in another language", { skip: missing }, () => {
  assert.ok(ts, "TypeScript is missing");
  const files = FOLDERS.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`));
  assert.deepEqual(files.flatMap((file) => bareTexts(ts, file, readFileSync(file, "utf8"))), []);
});

test("words in a text, in a spoken attribute and in what a function says are found; keys, codes and values are not", { skip: missing }, () => {
  assert.ok(ts, "TypeScript is missing");
  const found = (/** @type {string} */ source) => bareTexts(ts, "view.js", source).map((line) => line.replace(/^.*?: /, ""));
  assert.deepEqual(found("html`<p>No call waits.</p>`"), ["No call waits."]);
  assert.deepEqual(found('html`<input placeholder="Search">`'), ["Search"]);
  assert.deepEqual(found('desk.say("Held.")'), ["Held."]);
  assert.deepEqual(found('input(desk, form, "caller.name", "Caller")'), ["Caller"]);
  assert.deepEqual(found("button(`Open ${call.number}`, open)"), ["Open |"]);
  assert.deepEqual(found('html`<kbd>Enter</kbd> <b class="late">${t("Held")}</b> P${p} 3 km`'), []);
  assert.deepEqual(found('button(t("Open"), open)'), []);
});
