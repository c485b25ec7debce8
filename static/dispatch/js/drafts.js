// @ts-check
/** What is typed in a form beside the call's own fields: kept for what it is about, whatever is drawn or opened meanwhile. */

/** @typedef {Record<string, string>} Draft words by the name of their field */

export class Drafts {
  constructor() {
    /** @type {Map<string, Draft>} */
    this.kept = new Map();
  }

  /** @param {string} about @returns {Draft} as it stands now, for reading only */
  of(about) {
    return this.kept.get(about) ?? {};
  }

  /** Whether anything stands in it. @param {string} about */
  has(about) {
    return Object.values(this.of(about)).some((words) => words.trim() !== "");
  }

  /** @param {string} about @param {string} name @param {string} words */
  put(about, name, words) {
    this.kept.set(about, { ...this.of(about), [name]: words });
  }

  /** What was sent has arrived: it goes, unless it was typed over meanwhile. @param {string} about @param {Draft} sent @param {string[]} [names] only these fields */
  sent(about, sent, names = Object.keys(sent)) {
    const left = Object.entries(this.of(about)).filter(([name, words]) => !names.includes(name) || sent[name] !== words);
    if (left.length > 0) this.kept.set(about, Object.fromEntries(left));
    else this.kept.delete(about);
  }
}
