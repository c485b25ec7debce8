// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { shownLanguage, t, tn, tp, useCatalogue } from "../../static/dispatch/js/i18n.js";

const english = { language: "en", texts: {} };
const spanish = {
  language: "es",
  texts: {
    "Call {number} held.": "Llamada {number} en espera.",
    "{count} unit": ["{count} unidad", "{count} unidades"],
    "call\u0004open": "abierta",
  },
};

afterEach(() => useCatalogue(english));

test("without a catalogue the texts are what they say, with the values in them", () => {
  assert.equal(t("Call {number} held.", { number: "26-000123" }), "Call 26-000123 held.");
  assert.equal(tn("{count} unit", "{count} units", 1), "1 unit");
  assert.equal(tn("{count} unit", "{count} units", 0), "0 units");
  assert.equal(tp("call", "open"), "open");
});

test("with a catalogue they are in its language, and what it lacks stays English", () => {
  useCatalogue(spanish);
  assert.equal(shownLanguage(), "es");
  assert.equal(t("Call {number} held.", { number: "26-000123" }), "Llamada 26-000123 en espera.");
  assert.equal(tn("{count} unit", "{count} units", 2), "2 unidades");
  assert.equal(tp("call", "open"), "abierta");
  assert.equal(t("Not in it {yet}", { yet: "" }), "Not in it ");
});

test("a value that looks like a name is left as it is", () => {
  assert.equal(t("Search for {words}", { words: "{number}" }), "Search for {number}");
  assert.equal(t("A {gap} stays"), "A {gap} stays");
});
