// @ts-check
/**
 * What the responder page has of the tablet it runs on: whose it is, what is kept on it, its other windows, and the service worker that
 * opens the page without a network. The page's HTML says who is signed in; without a network the kept record does.
 */
import { csrfFromCookie } from "../api.js";
import { shownLanguage, t } from "../i18n.js";
import * as kept from "../tablet_store.js";
import { oldTaps } from "../taps.js";

/** @typedef {import("../taps.js").Tap} Tap */
/** @typedef {import("../tablet_store.js").Owner} Owner */
/** @typedef {{ onTaps: (taps: Tap[]) => void, onLeft: () => void }} Windows what the other windows of this tablet say */

const WORKER = "/sw.js";
const SCOPE = "/unit/";
const CHANNEL = "hearteam.tablet";
const LANGUAGE = "hearteam.language";
const LOOK_EVERY_MS = 10_000;
const KEEP_EVERY_MS = 30_000;
const KEEP_SOON_MS = 500;

export class Tablet {
  /** @param {kept.Database | null} database @param {Owner | null} owner */
  constructor(database, owner) {
    this.database = database;
    this.owner = owner;
    this.storage = database && owner ? new kept.TapStore(database, owner.user) : null;
    /** Taps of somebody else that were found here and never sent. */
    this.othersTaps = 0;
    /** @type {kept.KeptState | null} */
    this.state = null;
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;
    this.keepTimer = /** @type {any} */ (null);
    this.keptAt = 0;
  }

  /** @param {Windows} windows */
  listen({ onTaps, onLeft }) {
    this.channel?.addEventListener("message", ({ data }) => {
      if (data.taps) onTaps(data.taps);
      else if (data.left) onLeft();
    });
  }

  /** @param {Tap[]} taps */
  tell(taps) {
    this.channel?.postMessage({ taps: taps.map(({ madeAt: _, ...tap }) => tap) });
  }

  /** One window of the tablet at a time, where the browser has locks; the commands' keys make one of two tries everywhere. @param {() => Promise<void>} run */
  alone(run) {
    return navigator.locks ? navigator.locks.request(`${CHANNEL}.${this.owner?.user}`, run) : run();
  }

  /**
   * Keep what is shown, soon after it changed and then now and again: its age is the last word from the server.
   * @param {() => { state: any, reference: any, heardAt: number, offset: number }} shown
   */
  keep(shown) {
    const { database } = this;
    if (!database || this.keepTimer) return;
    this.keepTimer = setTimeout(() => {
      this.keepTimer = null;
      const { state, ...rest } = shown();
      if (!state) return;
      this.keptAt = Date.now();
      kept.keepState(database, { ...rest, state: kept.withoutClinical(state), keptAt: this.keptAt }).catch(() => {});
    }, KEEP_SOON_MS);
  }

  /** @param {Parameters<Tablet["keep"]>[0]} shown */
  keepNowAndAgain(shown) {
    setInterval(() => Date.now() - this.keptAt > KEEP_EVERY_MS && this.keep(shown), KEEP_EVERY_MS / 3);
  }

  /** The session ended, or the person is on this crew no more: nothing of the call stays, taps wait for the same person. */
  forget() {
    clearTimeout(this.keepTimer);
    this.keepTimer = null;
    if (this.database) kept.forgetState(this.database).catch(() => {});
  }

  /** Sign out: first here, then at the server; without a network it is made up for when there is one. @param {HTMLFormElement} form */
  async leave(form) {
    clearTimeout(this.keepTimer);
    if (this.database && this.owner) {
      await kept.wipe(this.database, this.owner.user).catch(() => {});
      this.channel?.postMessage({ left: true });
    }
    tokenInto(form);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (answer.ok) location.replace(answer.url);
      else form.submit();
    } catch {
      location.replace(SCOPE);
    }
  }
}

/** Django's token as it is now: the page of the service worker has none of its own. @param {HTMLFormElement} form */
function tokenInto(form) {
  const input = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("csrfmiddlewaretoken"));
  const token = csrfFromCookie();
  if (input && token) input.value = token;
}

/**
 * The tablet this page runs on. `owner` is null when the page was opened without a network and nobody is signed in here.
 * Fills the page's facts from what is kept where the page's HTML names nobody.
 * @param {DOMStringMap} facts @returns {Promise<Tablet>}
 */
export async function thisTablet(facts) {
  const database = await kept.openTablet().catch(() => null);
  const named = facts.shell === "yes" ? null : ownerOf(facts);
  const owner = named ?? (database ? await ownerKept(database) : null);
  const tablet = new Tablet(database, owner);
  if (!owner || !database) return tablet;
  if (named) {
    if (await kept.isLeaving(database, named.user).catch(() => false)) await tablet.leave(formOf("sign-out"));
    tablet.othersTaps = await kept.takeOver(database, named).catch(() => 0);
  }
  Object.assign(facts, { user: owner.user, unit: owner.unit, zone: owner.zone, clinician: owner.clinician, police: owner.police });
  await takeOldTaps(tablet.storage, owner);
  tablet.state = await kept.keptState(database, owner, Date.now()).catch(() => null);
  return tablet;
}

/** @param {DOMStringMap} facts @returns {Owner} */
const ownerOf = (facts) => ({
  user: facts.user ?? "", unit: facts.unit ?? "", zone: facts.zone ?? "", clinician: facts.clinician ?? "no", police: facts.police ?? "no",
  until: Date.now() + Number(facts.session ?? 0) * 1000,
});

/** Who is signed in here; what an ended session left is removed. @param {kept.Database} database */
async function ownerKept(database) {
  const owner = await kept.keptOwner(database).catch(() => undefined);
  if (!owner || kept.isShown(owner, undefined, Date.now())) return owner ?? null;
  await kept.forgetState(database).catch(() => {});
  return null;
}

/** The version before kept its taps in localStorage. @param {kept.TapStore | null} storage @param {Owner} owner */
async function takeOldTaps(storage, owner) {
  try {
    const { taps, taken } = oldTaps(localStorage, owner.user, owner.unit);
    if (taps.length > 0) await storage?.put(taps);
    taken();
  } catch {
    // A browser that refuses its storage has kept nothing.
  }
}

/** @param {string} id */
const formOf = (id) => /** @type {HTMLFormElement} */ (document.getElementById(id));

/** Sign-out and the switch of languages, which the page's HTML sends. @param {Tablet} tablet */
export function mindForms(tablet) {
  formOf("sign-out").addEventListener("submit", (event) => {
    event.preventDefault();
    void tablet.leave(formOf("sign-out"));
  });
  formOf("language").addEventListener("submit", (event) => {
    tokenInto(formOf("language"));
    if (!navigator.onLine) event.preventDefault(); // an installed app has no way back from the browser's error page
  });
}

/** Opened without a network by nobody: no call, no alarm that would reach anybody. @param {HTMLElement} root */
export function showNobody(root) {
  const say = (/** @type {string} */ tag, /** @type {string} */ words) => Object.assign(document.createElement(tag), { textContent: words });
  const again = Object.assign(say("a", t("Try again")), { href: SCOPE, className: "button primary" });
  const section = Object.assign(document.createElement("section"), { className: "rest" });
  section.append(say("h1", t("No network")), say("p", t("Nobody is signed in on this tablet. Use the radio, and sign in when there is a network.")), again);
  const main = document.createElement("main");
  main.append(section);
  root.replaceChildren(main);
  for (const footer of document.querySelectorAll("body > footer")) footer.remove();
  const look = () => fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok && location.reload(), () => {});
  addEventListener("online", look);
  setInterval(look, LOOK_EVERY_MS);
}

/**
 * Install the worker that opens this page without a network, and take a new release when nothing is under way.
 * @param {() => boolean} atRest
 */
export function openWithoutNetwork(atRest) {
  if (!("serviceWorker" in navigator)) return;
  navigator.storage?.persist?.().catch(() => {}); // else a full disk may take the taps first
  const known = navigator.serviceWorker.controller;
  navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" }).catch(() => {});
  caches.open(LANGUAGE).then((cache) => cache.put(SCOPE, new Response(shownLanguage()))).catch(() => {});
  if (!known) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    const look = setInterval(() => {
      if (!atRest() || document.visibilityState === "visible") return;
      clearInterval(look);
      location.reload();
    }, KEEP_EVERY_MS);
  });
}
