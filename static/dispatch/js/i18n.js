// @ts-check
/**
 * The words of the interface in the person's language. The page carries the catalogue as JSON (`<script id="texts">`), read as this
 * module is loaded; without a page or without a catalogue everything is English, which is what the texts are written in.
 */

/** @typedef {Record<string, string | number | null | undefined>} Values */
/** @typedef {{ language: string, texts: Record<string, string | string[]> }} Catalogue */

/** @returns {Catalogue} */
function catalogueOfPage() {
  const element = typeof document === "undefined" ? null : document.getElementById("texts");
  return element?.textContent ? JSON.parse(element.textContent) : { language: "en", texts: {} };
}

let catalogue = catalogueOfPage();
/** @type {{ shape: RegExp, names: string[], said: string }[] | null} the server's sentences; made when the first is heard */
let patterns = null;
/** @type {Map<string, string>} sentences heard before: a list says the same ones four times a second */
const heard = new Map();
const HEARD_MAX = 2000;
const ENOUGH_LETTERS = 4;
const SERVED = "served\u0004";

/** Speaks from another catalogue from now on; for tests. @param {Catalogue} other */
export function useCatalogue(other) {
  catalogue = other;
  patterns = null;
  heard.clear();
}

/** @returns {string} the language shown: `en`, `es` */
export const shownLanguage = () => catalogue.language;

/** @param {string} text @param {Values} values */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name] ?? "") : whole));

/** A text in the person's language, `{names}` filled in. @param {string} text in English @param {Values} [values] */
export function t(text, values = {}) {
  const found = catalogue.texts[text];
  return fill(typeof found === "string" ? found : text, values);
}

/** A text that one English word would leave open: `tp("call", "open")`. @param {string} context @param {string} text @param {Values} [values] */
export function tp(context, text, values = {}) {
  const found = catalogue.texts[`${context}\u0004${text}`];
  return fill(typeof found === "string" ? found : text, values);
}

/**
 * One or many: `tn("{count} unit", "{count} units", units.length)`. `{count}` is filled in by itself.
 * @param {string} one @param {string} many @param {number} count @param {Values} [values]
 */
export function tn(one, many, count, values = {}) {
  const found = catalogue.texts[one];
  const [single, plural] = Array.isArray(found) ? found : [one, many];
  return fill(count === 1 ? single : plural, { count, ...values });
}


/**
 * A text that is sent and kept: English, as everything that others read, and shown in each reader's language by `served`.
 * @param {string} text @param {Values} [values]
 */
export const kept = (text, values = {}) => fill(text, values);

/** A code in words: `NO_ANSWER` -> "no answer". @param {string | null | undefined} code */
export const coded = (code) => (code ? t(code.toLowerCase().replaceAll("_", " ")) : "");

/**
 * What the server says (a refusal, an alert, a reason, a label) in the person's language. It writes English for everybody, so its
 * sentences are known again by their form; one that is not known stays as it is.
 * @param {string} text
 */
export function served(text) {
  if (catalogue.language === "en" || !text) return text;
  const before = heard.get(text);
  if (before !== undefined) return before;
  if (heard.size >= HEARD_MAX) heard.clear();
  const said = translate(text);
  heard.set(text, said);
  return said;
}

/**
 * What is put together of phrases (why a decision came out as it did): its sentences, and in them what stands between `;`, `,`
 * and "and". Not for words of people.
 * @param {string} text @returns {string}
 */
export function servedPhrases(text) {
  if (catalogue.language === "en" || !text) return text;
  const whole = inAnyCase(text);
  if (whole !== text) return whole;
  if (text.includes(". ")) return text.split(". ").map(servedPhrases).join(". ");
  const [, code, rest] = /^([A-Z][A-Z0-9]+) (.+)$/s.exec(text) ?? [];
  if (rest && inAnyCase(rest) !== rest) return `${code} ${inAnyCase(rest)}`;
  for (const between of ["; ", ": ", ", ", " and "]) {
    if (text.includes(between)) return text.split(between).map(servedPhrases).join(between === " and " ? t(" and ") : between);
  }
  return text.endsWith(".") ? `${servedPhrases(text.slice(0, -1))}.` : text;
}

/** A phrase may begin a sentence, and a label may stand inside one. @param {string} text */
function inAnyCase(text) {
  const said = served(text);
  if (said !== text) return said;
  const other = recased(text, text[0] === text[0].toLowerCase());
  const otherSaid = served(other);
  return otherSaid === other ? text : recased(otherSaid, text[0] !== text[0].toLowerCase());
}

/** @param {string} text @param {boolean} capital */
const recased = (text, capital) => (capital ? text.slice(0, 1).toUpperCase() : text.slice(0, 1).toLowerCase()) + text.slice(1);

/** @param {string} text @returns {string} */
function translate(text) {
  const exact = catalogue.texts[SERVED + text] ?? catalogue.texts[text];
  if (typeof exact === "string") return exact;
  patterns ??= patternsOf(catalogue);
  for (const { shape, names, said } of patterns) {
    const found = shape.exec(text);
    if (found) return fill(said, Object.fromEntries(names.map((name, at) => [name, servedPhrases(found[at + 1] ?? "")]))).replace(/ {2,}/g, " ").trim();
  }
  return withDetail(text);
}

/** What the details of alerts about positions look like; here so that they have words. */
kept("{position} (1 call)");
kept("{position} ({count} calls)");

/** An alert and what it is about: "Position unattended: D1 (2 calls)". @param {string} text */
function withDetail(text) {
  const end = text.indexOf(": ");
  const said = end > 0 ? catalogue.texts[SERVED + text.slice(0, end)] : undefined;
  return typeof said === "string" ? `${said}: ${servedPhrases(text.slice(end + 2))}` : text;
}

/**
 * The server's sentences that hold values, those with most words of their own first. A value may be missing, with the space beside it.
 * @param {Catalogue} from
 */
function patternsOf(from) {
  const own = (/** @type {string} */ key) => key.slice(SERVED.length).replace(/\{\w+\}|[^A-Za-z]/g, "").length;
  const keys = Object.keys(from.texts).filter((key) => key.startsWith(SERVED) && key.includes("{") && own(key) >= ENOUGH_LETTERS);
  keys.sort((a, b) => own(b) - own(a));
  return keys.map((key) => {
    /** @type {string[]} */
    const names = [];
    const shape = key.slice(SERVED.length).replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/( ?)\{(\w+)\}( ?)/g, (_, before, name, after) => {
      names.push(name);
      if (before) return `(?: (.*?))?${after}`;
      return after ? "(?:(.*?) )?" : "(.*?)";
    });
    return { shape: new RegExp(`^${shape}$`, "s"), names, said: String(from.texts[key]) };
  });
}
