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

/** Speaks from another catalogue from now on; for tests. @param {Catalogue} other */
export const useCatalogue = (other) => { catalogue = other; };

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
