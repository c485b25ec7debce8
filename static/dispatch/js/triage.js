// @ts-check
/**
 * The triage questions of one call as they are being answered: one key each, sent at once, all answers with every request
 * (the server replaces them), one request at a time. The server decides; here is only what is on its way to it.
 */
import { servedPhrases, t } from "./i18n.js";

/** @typedef {{ code: string, label: string, key: string, clear: boolean }} AnswerChoice */
/** @typedef {{ field: string, label: string, ask_en: string, ask_es: string, hint: string, answers: AnswerChoice[] }} Question */
/**
 * @typedef {object} TriageOptions
 * @property {Question[]} questions
 * @property {(call: string, answers: Record<string, string>, source: string, decision: string) => Promise<any>} send
 * @property {() => Promise<Question[] | null>} reload the questions that count now; null when they could not be read
 * @property {() => void} onChange
 * @property {(decision: any) => void} onDecision
 * @property {(error: any) => void} onRefused
 */

export class Triage {
  /** @param {TriageOptions} options @param {any} [kept] the detail's `triage` */
  constructor(options, kept) {
    this.options = options;
    /** @type {Record<string, string>} what the server knows */
    this.answers = {};
    /** @type {Record<string, string>} what is not confirmed yet; an empty answer takes one back */
    this.local = {};
    /** @type {any} */
    this.decision = null;
    this.source = "CALLER";
    this.sending = false;
    /** @type {Promise<void> | null} */
    this.flushing = null;
    /** @type {string | null} */
    this.call = null;
    this.current = options.questions[0]?.field ?? "";
    this.refresh(kept);
    this.current = this.nextOpen() ?? this.current;
  }

  /** What the server knows now; a look that was taken before our last answer is older than what is shown. @param {any} kept */
  refresh(kept) {
    if (this.sending || !kept || Number(kept.decision?.id ?? 0) < Number(this.decision?.id ?? 0)) return;
    this.answers = this.offered(kept.answers);
    this.decision = kept.decision;
  }

  /** Other questions count from now on: of what was answered, that stays which they still offer. @param {Question[]} questions */
  ask(questions) {
    this.options.questions = questions;
    this.answers = this.offered(this.answers);
    this.local = this.offered(this.local);
    if (!questions.some((question) => question.field === this.current)) this.current = this.nextOpen() ?? questions[0]?.field ?? "";
    this.options.onChange();
  }

  /** The answers that the questions offer, or that take one back. @param {Record<string, string>} answers */
  offered(answers) {
    const { questions } = this.options;
    const isOffered = (/** @type {string} */ field, /** @type {string} */ code) =>
      questions.some((question) => question.field === field && (!code || question.answers.some((one) => one.code === code)));
    return Object.fromEntries(Object.entries(answers).filter(([field, code]) => isOffered(field, code)));
  }

  /** @param {string} field @returns {string} the answer's code, empty when not asked */
  value(field) {
    return this.local[field] ?? this.answers[field] ?? "";
  }

  get answered() {
    return this.options.questions.filter((question) => this.value(question.field)).length;
  }

  /** Answers the server has not decided on yet: what is shown as decided may be out of date. */
  get undecided() {
    return this.sending || Object.keys(this.local).length > 0;
  }

  get complete() {
    return this.answered === this.options.questions.length;
  }

  /** The first open question after the current one, else the first at all. @returns {string | undefined} */
  nextOpen() {
    const { questions } = this.options;
    const at = questions.findIndex((question) => question.field === this.current);
    const round = [...questions.slice(at), ...questions.slice(0, Math.max(at, 0))];
    return round.find((question) => !this.value(question.field))?.field;
  }

  /** @param {number} step */
  move(step) {
    const { questions } = this.options;
    const at = questions.findIndex((question) => question.field === this.current);
    this.current = questions[Math.max(0, Math.min(questions.length - 1, at + step))].field;
    this.options.onChange();
  }

  /** @param {string} field @param {string} code empty: take the answer back */
  answer(field, code) {
    this.local[field] = code;
    this.current = field;
    if (code) this.current = this.nextOpen() ?? field;
    this.options.onChange();
    this.flush();
  }

  /** A key pressed at the current question. @param {string} key @returns {boolean} whether it meant something */
  press(key) {
    const question = this.options.questions.find((one) => one.field === this.current);
    const choice = question?.answers.find((one) => one.key === key.toUpperCase());
    if (question && choice) this.answer(question.field, choice.code);
    else if (key === "Backspace" && question) this.answer(question.field, "");
    else if (key === "ArrowDown") this.move(1);
    else if (key === "ArrowUp") this.move(-1);
    else return false;
    return true;
  }

  /** The call exists now: what was answered before may be sent. @param {string} call its id */
  begin(call) {
    this.call = call;
    this.flush();
  }

  flush() {
    if (this.sending || this.call === null || Object.keys(this.local).length === 0) return;
    this.sending = true;
    this.flushing = this.sendAnswers(this.call);
  }

  /** Resolves when the answers on their way are decided. @returns {Promise<boolean>} false: some could not be sent yet */
  async settled() {
    while (this.sending) await this.flushing;
    return !this.undecided;
  }

  /**
   * An answer that is none any more may take no other with it: what was typed is kept, and sent once more with the questions of now.
   * @param {string} call @param {boolean} [isAgain] @returns {Promise<void>}
   */
  async sendAnswers(call, isAgain = false) {
    const sent = { ...this.local };
    const answers = Object.fromEntries(Object.entries({ ...this.answers, ...sent }).filter(([, code]) => code));
    try {
      const decision = await this.options.send(call, answers, this.source, this.decision?.id ?? "");
      this.answers = answers;
      this.decision = decision;
      this.forget(sent);
      this.sending = false;
      this.options.onDecision(decision);
      this.flush();
    } catch (/** @type {any} */ error) {
      const questions = error?.status === 400 && !isAgain ? await this.options.reload() : undefined;
      if (questions) this.ask(questions);
      if (questions && Object.keys(this.local).length > 0) return this.sendAnswers(call, true);
      if (questions !== null) this.forget(sent);
      this.sending = false;
      this.conflict(error);
      this.options.onRefused(error);
    }
    this.options.onChange();
  }

  /** Somebody reported more danger: it is shown, and nothing is sent until a person saw it. @param {any} error */
  conflict(error) {
    if (error?.status !== 409 || !error.problem?.triage) return;
    this.local = {};
    this.refresh(error.problem.triage);
    this.options.onDecision(this.decision);
  }

  /** @param {Record<string, string>} sent */
  forget(sent) {
    for (const [field, code] of Object.entries(sent)) if (this.local[field] === code) delete this.local[field];
  }
}

/**
 * What the type of a call says about the questions while nobody has answered one: asked at once, offered because such calls
 * often turn out to be a crisis, or only asked when somebody wants to. Empty without a type, and once they are begun.
 * @param {{ tier: number | null, type: string, reported_type: string, behavioural: string } | null} call
 * @returns {"" | "asked" | "offered" | "not asked"}
 */
export function asking(call) {
  if (!call || call.tier !== null || !(call.type || call.reported_type)) return "";
  return call.behavioural === "YES" ? "asked" : call.behavioural === "NO" ? "not asked" : "offered";
}

/** What a decision comes to: two with the same key send the same. @param {any} decision */
export const decisionKey = (decision) => (decision ? `${decision.rule} ${decision.tier} ${decision.response.join()}` : "");

/**
 * The units that accepting a recommendation sends.
 * @param {{ units?: { unit: string, pick?: boolean, on_this_call?: boolean }[] } | null} recommendation @returns {string[]}
 */
export function picksOf(recommendation) {
  return (recommendation?.units ?? []).filter((unit) => unit.pick && !unit.on_this_call).map((unit) => unit.unit);
}

const MOST_OF_A_KIND = 3;

/**
 * @typedef {object} OtherAnswers one of a decision's `would_change`; `text` and `direction` as it was decided, in the words of that day
 * @property {Record<string, string>} answers
 * @property {number} tier
 * @property {string[]} response
 * @property {string} [direction]
 * @property {string} [text]
 */

/**
 * What a decision says on demand, in the words it was decided with: who is out of scope and why, then the nearest changes of each kind.
 * @param {any} decision @returns {{ scope: string[], changes: string[] }}
 */
export function onDemand(decision) {
  /** @type {OtherAnswers[]} */
  const all = decision.would_change ?? [];
  const kinds = [...new Set(all.map((change) => change.direction))];
  const changes = kinds.flatMap((kind) => all.filter((change) => change.direction === kind).slice(0, MOST_OF_A_KIND).map(changeInWords));
  const verbs = (decision.further ?? []).map((/** @type {string} */ direction) => (direction === "RAISES" ? t("raise") : t("lower")));
  return {
    scope: Object.entries(decision.out_of_scope_reasons ?? {}).map(([team, reason]) => t("{team} out of scope: {reason}", { team, reason: servedPhrases(reason) })),
    changes: verbs.length > 0 ? [...changes, t("Three or more other answers, to {verbs} it", { verbs: verbs.join(t(" or ")) })] : changes,
  };
}

/** `a weapon in hand: T1 POLICE + EMS`; decisions of old hold no words, their codes are said. @param {OtherAnswers} change */
function changeInWords(change) {
  if (change.text) return servedPhrases(change.text);
  const answers = Object.entries(change.answers).map(([field, code]) => `${field} ${code}`.replaceAll("_", " ").toLowerCase());
  return `${answers.join(" and ")}: T${change.tier} ${change.response.join(" + ")}`;
}
