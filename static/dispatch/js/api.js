// @ts-check
/**
 * HTTP to our own server. A command keeps one Idempotency-Key through all its tries, so that a repeat can never act twice;
 * while it is not confirmed it stands in `unsent`, where a person sees it, tries it at once or withdraws it.
 */
import { served, t } from "./i18n.js";

/**
 * @typedef {object} Unsent
 * @property {string} key
 * @property {string} label what the person did, in words
 * @property {number} since local ms
 * @property {number} tries
 * @property {"sending" | "waiting" | "given_up"} status
 * @property {() => void} retry
 * @property {() => void} discard
 */
/**
 * @typedef {object} ApiOptions
 * @property {typeof fetch} [fetch]
 * @property {() => string} [csrfToken]
 * @property {() => string} [newKey]
 * @property {(unsent: Unsent[]) => void} [onUnsent] called whenever the list changes
 * @property {() => void} [onSignedOut] the server answered 401
 * @property {(run: () => void, ms: number) => any} [later]
 * @property {() => number} [now]
 * @property {string} [user] whom the page shows its work to: the server answers 401 when somebody else is signed in by now
 */

const TIMEOUT_MS = 8000;
const WAITS_MS = [300, 800, 2000, 4000, 8000];
const GIVE_UP_MS = 120_000;

/** An answer that is not a success, or none at all (`status` 0). `problem` is the RFC 9457 body. */
export class ApiError extends Error {
  /** @param {number} status @param {Record<string, any>} problem */
  constructor(status, problem) {
    super(served(problem.detail || problem.title || "") || t("The server answered {status}.", { status }));
    this.status = status;
    this.problem = problem;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Messages by field, from a 400 or 422. @returns {Record<string, string[]>} */
  get fields() {
    return this.problem.errors ?? {};
  }
}

/** @returns {string} Django's token, read anew each time: signing in changes it */
export function csrfFromCookie() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}

export class Api {
  /** @param {ApiOptions} [options] */
  constructor(options = {}) {
    this.fetch = options.fetch ?? ((...request) => fetch(...request));
    this.csrfToken = options.csrfToken ?? csrfFromCookie;
    this.newKey = options.newKey ?? (() => randomKey());
    this.onUnsent = options.onUnsent ?? (() => {});
    this.onSignedOut = options.onSignedOut ?? (() => {});
    this.later = options.later ?? ((run, ms) => setTimeout(run, ms));
    this.now = options.now ?? (() => Date.now());
    /** @type {Record<string, string>} */
    this.headers = options.user ? { "HEARTeam-User": encodeURIComponent(options.user) } : {};
    /** @type {Map<string, Unsent>} */
    this.pending = new Map();
  }

  /** Commands not confirmed yet, oldest first. @returns {Unsent[]} */
  get unsent() {
    return [...this.pending.values()];
  }

  /** @param {string} path @returns {Promise<any>} @throws {ApiError} */
  get(path) {
    return this.once("GET", path, undefined, {});
  }

  /**
   * A command: tried until the server answers it, for two minutes by itself, then only when a person says so.
   * @param {string} path @param {unknown} body
   * @param {{ key?: string, label?: string, method?: "POST" | "PATCH" }} [options]
   * @returns {Promise<any>} the answer's JSON; null for 204
   * @throws {ApiError} a refusal; status 0 with `problem.discarded` when a person withdrew it
   */
  post(path, body, options = {}) {
    const key = options.key ?? this.newKey();
    const method = options.method ?? "POST";
    return new Promise((resolve, reject) => {
      const done = (/** @type {() => void} */ settle) => {
        this.pending.delete(key);
        this.tell();
        settle();
      };
      /** @type {Unsent} */
      const command = {
        key, label: options.label ?? path, since: this.now(), tries: 0, status: "sending",
        retry: () => command.status !== "sending" && void attempt(),
        discard: () => done(() => reject(new ApiError(0, { detail: t("Withdrawn before it was sent."), discarded: true }))),
      };
      const attempt = async () => {
        command.status = "sending";
        command.tries += 1;
        this.tell();
        try {
          const answer = await this.once(method, path, body, { "Idempotency-Key": key });
          done(() => resolve(answer));
        } catch (error) {
          if (!this.pending.has(key)) return;
          if (!(error instanceof ApiError) || !error.passing) done(() => reject(error));
          else this.wait(command, error);
        }
      };
      this.pending.set(key, command);
      void attempt();
    });
  }

  /** @param {string} path @param {unknown} body @param {{ key?: string, label?: string }} [options] */
  patch(path, body, options = {}) {
    return this.post(path, body, { ...options, method: "PATCH" });
  }

  /** @param {Unsent} command @param {ApiError} error */
  wait(command, error) {
    const givenUp = this.now() - command.since >= GIVE_UP_MS;
    command.status = givenUp ? "given_up" : "waiting";
    this.tell();
    if (givenUp) return;
    const asked = Number(error.problem.retry_after_s ?? 0) * 1000;
    const wait = WAITS_MS[Math.min(command.tries - 1, WAITS_MS.length - 1)];
    this.later(() => this.pending.has(command.key) && command.retry(), Math.max(asked, wait));
  }

  /**
   * One request, no retry.
   * @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} headers
   * @returns {Promise<any>}
   */
  async once(method, path, body, headers) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const response = await this.fetch(path, {
        method, signal: stop.signal, credentials: "same-origin", cache: "no-store",
        headers: {
          Accept: "application/json", ...this.headers, ...headers,
          ...(method === "GET" ? {} : { "Content-Type": "application/json", "X-CSRFToken": this.csrfToken() }),
        },
        body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
      });
      return await this.read(response);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(0, { title: t("No answer"), detail: t("No answer from the server.") });
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Response} response */
  async read(response) {
    if (response.status === 204) return null;
    const text = await response.text();
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      answer = { title: response.statusText };
    }
    if (response.ok) return answer;
    if (response.status === 401) this.onSignedOut();
    const asked = response.headers.get("Retry-After");
    throw new ApiError(response.status, asked ? { ...answer, retry_after_s: Number(asked) } : answer);
  }

  tell() {
    this.onUnsent(this.unsent);
  }
}

/** `crypto.randomUUID` exists on https and localhost only; a console on a plain-http test address needs keys too. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
