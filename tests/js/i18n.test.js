// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { coded, served, servedPhrases, shownLanguage, t, tn, tp, useCatalogue } from "../../static/dispatch/js/i18n.js";

const english = { language: "en", texts: {} };
const spanish = {
  language: "es",
  texts: {
    "Call {number} held.": "Llamada {number} en espera.",
    "{count} unit": ["{count} unidad", "{count} unidades"],
    "call\u0004open": "abierta",
    "no answer": "sin respuesta",
    held: "en espera",
    "served\u0004{number} is {status}: it cannot {doing}.": "{number} está {status}: no se puede {doing}.",
    "served\u0004{number} is not held.": "{number} no está en espera.",
    "served\u0004Call the caller back.": "Devuelva la llamada.",
    "served\u0004{unit} EMERGENCY {call}": "{unit} EMERGENCIA {call}",
    "served\u0004{team} not available: {reason}": "{team} no disponible: {reason}",
    "served\u0004Position unattended": "Puesto sin atender",
    "served\u0004{position} (1 call)": "{position} (1 llamada)",
    "served\u0004{position} ({count} calls)": "{position} ({count} llamadas)",
    "served\u0004off hours": "fuera de horario",
    "served\u0004a weapon in hand": "un arma en la mano",
    "served\u0004would change: {changes}": "cambiaría: {changes}",
    " and ": " y ",
    "served\u0004{asks} {usage}": "{asks} {usage}",
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

test("what the server says is known by its form, the one with most words of its own first", () => {
  useCatalogue(spanish);
  assert.equal(served("Call the caller back."), "Devuelva la llamada.");
  assert.equal(served("26-000123 is not held."), "26-000123 no está en espera.");
  assert.equal(served("26-000123 is held: it cannot close."), "26-000123 está en espera: no se puede close.");
  assert.equal(served("Nobody has said this before."), "Nobody has said this before.");
  assert.equal(coded("NO_ANSWER"), "sin respuesta");
});

test("another catalogue forgets what the one before said", () => {
  useCatalogue(spanish);
  served("26-000123 is not held.");
  useCatalogue(english);
  assert.equal(served("26-000123 is not held."), "26-000123 is not held.");
});

test("a value may be missing from what the server says", () => {
  useCatalogue(spanish);
  assert.equal(served("CRT1 EMERGENCY"), "CRT1 EMERGENCIA");
  assert.equal(served("CRT1 EMERGENCY 26-000123"), "CRT1 EMERGENCIA 26-000123");
});

test("what is put together of phrases is translated phrase by phrase, codes stay", () => {
  useCatalogue(spanish);
  assert.equal(servedPhrases("R1 T1 P1: POLICE + EMS. A weapon in hand, off hours."), "R1 T1 P1: POLICE + EMS. Un arma en la mano, fuera de horario.");
  assert.equal(servedPhrases("WHEELER not available: off hours. Would change: a weapon in hand: T1 POLICE."), "WHEELER no disponible: fuera de horario. Cambiaría: un arma en la mano: T1 POLICE.");
  assert.equal(servedPhrases("off hours and a weapon in hand"), "fuera de horario y un arma en la mano");
});

test("an alert is said with what it is about; what no alert says stays as it is", () => {
  useCatalogue(spanish);
  assert.equal(served("Position unattended: D1 (2 calls), D2 (1 call)"), "Puesto sin atender: D1 (2 llamadas), D2 (1 llamada)");
  assert.equal(served("Somebody said: come"), "Somebody said: come");
});
