// @ts-check
/** Finds words in the views that pass by `t()`: in the text and the spoken attributes of templates, and where a function says its argument. */

const SPOKEN = /\s(aria-label|title|placeholder|alt)="([^"]*)"/g;
/** Functions whose text a person reads, and which of their arguments that is. @type {Record<string, number>} */
const SAYS = { button: 0, say: 0, over: 0, openSheet: 0, did: 1, paneHead: 2, input: 3, select: 2, fact: 0 };
/** Names, units, keys and codes that are the same in every language. */
const SAME = /\b(HEARTeam|English|Español|ETA|EMS|INT|km|min|mi|ASL|TTY|Shift|Ctrl|Alt|Esc|Enter|Tab)\b/g;

/** @param {string} text */
const hasWords = (text) => /\p{L}{2,}/u.test(text.replace(SAME, "").replace(/&\w+;/g, ""));

/**
 * @param {typeof import("typescript")} ts @param {string} name @param {string} source
 * @returns {string[]} `file:line: the words`
 */
export function bareTexts(ts, name, source) {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  /** @type {string[]} */
  const found = [];
  const say = (/** @type {import("typescript").Node} */ node, /** @type {string} */ words) =>
    found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${words.trim()}`);

  const visit = (/** @type {import("typescript").Node} */ node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === "html") {
      for (const words of wordsOf(literal(ts, node.template))) say(node, words);
    }
    if (ts.isCallExpression(node)) {
      const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText(file);
      const said = Object.hasOwn(SAYS, called) ? node.arguments[SAYS[called]] : undefined;
      if (said && (ts.isStringLiteral(said) || ts.isNoSubstitutionTemplateLiteral(said)) && hasWords(said.text)) say(said, said.text);
      if (said && ts.isTemplateExpression(said) && hasWords(literal(ts, said))) say(said, literal(ts, said));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** What stands in a template itself; each value is a bar. @param {typeof import("typescript")} ts @param {import("typescript").TemplateLiteral} template */
function literal(ts, template) {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return [template.head.text, ...template.templateSpans.map((span) => span.literal.text)].join("|");
}

/** The words a template shows or has spoken; keys stand in <kbd>. @param {string} template */
function wordsOf(template) {
  const spoken = [...template.matchAll(SPOKEN)].map((match) => match[2]);
  const shown = template.replace(/<kbd>[^<]*<\/kbd>/g, "").split(/<[^>]*>/);
  return [...spoken, ...shown].filter(hasWords);
}
