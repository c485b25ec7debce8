// @ts-check
/** The responder page: joins the server's state, the outbox, the socket and the tablet, and draws them. */
import { render } from "lit-html";
import { Api, ApiError, randomKey } from "../api.js";
import { t } from "../i18n.js";
import { Outbox } from "../outbox.js";
import { pageLink } from "../socket.js";
import { Store } from "../store.js";
import { noteText } from "../taps.js";
import { Clock, timeOfDay } from "../time.js";
import * as car from "./unit_car.js";
import { crewDoings } from "./unit_doings.js";
import { refreshAsk } from "./unit_field.js";
import { holdToAct } from "./unit_hold.js";
import { drivingTo, isMoving, navigateUrl, otherRuleset, readAloudText, triageWords } from "./unit_model.js";
import { Notices } from "./unit_notice.js";
import { alarmView, unitPage } from "./unit_page.js";
import { reachDoings, takeOverPush } from "./unit_reach.js";
import { shiftDoings } from "./unit_shift.js";
import { mindForms, openWithoutNetwork, showNobody, thisTablet } from "./unit_tablet.js";

/** @typedef {import("./unit_model.js").UnitState} UnitState */

const POLL_MS = 5000;
const LIVE_FOR_MS = 10_000;
const FLUSH_EVERY_MS = 15_000;
const FIX_OLD_MS = 15_000;
/** A second touch of the same place within this time is no second step. */
const STEP_HELD_MS = 600;

const facts = document.body.dataset;
const tablet = await thisTablet(facts);
const callsign = facts.unit ?? "";
const root = /** @type {HTMLElement} */ (document.getElementById("unit"));
const clock = new Clock();
const link = { live: false, heardAt: 0, openedAt: Date.now(), ended: "", full: false, others: tablet.othersTaps };
let zone = facts.zone ?? "America/New_York";
/** @type {{ questions: any[], dispositions: any[], interventions: any[], facilities: any[], ruleset?: any }} */
let reference = { questions: [], dispositions: [], interventions: [], facilities: [] };
/** @type {import("./unit_car.js").Fix | null} */
let fix = null;
let drawing = false;

const api = new Api({ user: facts.user, onSignedOut: () => end(t("You are signed out. What you tapped is kept on this tablet.")) });
const outbox = new Outbox({
  send: sendTap, sendMany: sendTaps, storage: tablet.storage, owner: facts.user ?? "", unit: callsign, newKey: randomKey, onChange: draw,
  tell: (taps) => tablet.tell(taps), alone: (run) => tablet.alone(run), timeOf, version: () => store.version,
});
/** @type {Store<UnitState | null>} */
const store = new Store({ load: loadUnit, reduce: takeEvent }, null);
const socket = pageLink("/ws/unit/", {
  version: () => (store.loaded ? store.version : null),
  onFrame: takeFrame,
  onState: takeLinkState,
  signedIn: () => api.get("/api/me/").then(() => true, (error) => error.status !== 401),
});

/** @param {import("../taps.js").Tap} tap */
async function sendTap(tap) {
  const answer = await api.once("POST", tap.path, tap.body, { "Idempotency-Key": tap.id }).catch(told);
  answered();
  return answer;
}

/** @param {import("../taps.js").Tap[]} taps @returns {Promise<import("../outbox.js").Answer[]>} */
async function sendTaps(taps) {
  const list = taps.map(({ id, path, body }) => ({ key: id, path, body }));
  const { answers } = await api.once("POST", "/api/taps/", { taps: list }, {}).catch(told);
  answered();
  return answers.map((/** @type {any} */ one) => ({ id: one.key, status: one.status, answer: one.status < 300 ? one.answer : { detail: refusalOf(one.answer) } }));
}

/** @param {any} problem RFC 9457 */
const refusalOf = (problem) => [problem?.detail || problem?.title || "", ...Object.values(problem?.errors ?? {}).flat()].join(" ").trim();

/** @param {unknown} error @returns {never} */
function told(error) {
  if (!(error instanceof ApiError)) throw error;
  throw { status: error.status, message: [error.message, ...Object.values(error.fields).flat()].join(" ") };
}

/** A socket that has not caught up yet may have been opened between the tap and the news of it. */
function answered() {
  heard();
  if (socket.state.status !== "live" || !socket.state.caughtUp) void store.reload();
}

/** A tap from before the server was heard: its age by the page's own steady clock, or else by the tablet's. @param {import("../taps.js").Tap} tap */
function timeOf(tap) {
  if (!clock.known) return null;
  const age = tap.madeAt === undefined ? Date.now() - tap.savedAt : performance.now() - tap.madeAt;
  return new Date(clock.now() - age).toISOString();
}

/** There will be no more news for this person: nothing of the call stays on the screen or the tablet. @param {string} why */
function end(why) {
  link.ended = why;
  tablet.forget();
  store.forget(null);
}

const notOnCrew = () => end(t("You are not on {callsign}'s crew now. What you tapped is kept on this tablet.", { callsign }));

async function loadUnit() {
  const answer = await api.get("/api/unit/").catch((error) => {
    if (error.status === 403 || error.status === 404) notOnCrew();
    throw error;
  });
  heard();
  if (!clock.known) setTimeout(() => outbox.flush());
  clock.stamp(answer.at);
  readQuestionsOf(answer.call);
  return { state: answer, version: answer.version };
}

let readFor = "";

/** Answers show in the words of their questions: a ruleset that took effect meanwhile may ask others. @param {any} call */
function readQuestionsOf(call) {
  const other = otherRuleset(call, reference.ruleset);
  if (!other || other === readFor) return;
  readFor = other;
  void loadReference();
}

/**
 * The rows of an event show at once; what they do not hold (notes, triage) comes with the reload that every event sets off.
 * @param {UnitState | null} state @param {import("../apply.js").EventFrame} event @returns {UnitState | null}
 */
function takeEvent(state, event) {
  if (!state) return state;
  const changes = event.data.changes ?? {};
  const unit = { ...state.unit, ...changes.units?.find((row) => row.unit === state.unit.unit) };
  const row = changes.calls?.find((call) => call.id === unit.call);
  const known = state.call?.id === unit.call ? state.call : null;
  const call = row ? { ...known, ...row } : known;
  const assignment = call?.assignments?.find((/** @type {any} */ one) => one.unit === unit.unit) ?? null;
  return { ...state, unit, call, assignment };
}

/** @param {any} frame */
function takeFrame(frame) {
  if (frame.at) clock.stamp(frame.at);
  store.receive(frame);
}

/** @param {import("../socket.js").LinkState} state */
function takeLinkState(state) {
  if (state.heardAt > link.heardAt) link.heardAt = state.heardAt;
  if (state.status === "live") outbox.flush();
  if (state.status === "signed_out") end(t("You are signed out. What you tapped is kept on this tablet."));
  if (state.status === "refused") notOnCrew();
  draw();
}

function heard() {
  link.heardAt = Date.now();
  link.ended = "";
}

/** @param {string} kind @param {string} label @param {string} path @param {Record<string, unknown>} body @param {boolean} [urgent] */
function tap(kind, label, path, body, urgent = false) {
  const { call } = store.state ?? {};
  const about = call ? { id: call.id, number: call.number } : null;
  if (!outbox.add({ kind, label, path, body, urgent, call: about, madeAt: performance.now() })) link.full = true;
  setTimeout(draw, STEP_HELD_MS + 20);
}

const occurred = () => ({ occurred_at: clock.known ? clock.iso() : null });
const callPath = (/** @type {string} */ what) => `/api/calls/${store.state?.call?.id}/${what}/`;
const unitPath = (/** @type {string} */ what) => `/api/units/${callsign}/${what}/`;

const doings = {
  ...crewDoings({
    callsign, facts, tap, occurred,
    state: () => store.state, reference: () => reference, fix: () => fix, unsent: () => outbox.unsent.length,
    isUnsent: (kind, role) => outbox.unsent.some((one) => one.kind === kind && (role === undefined || one.body.role === role)),
  }),
  ...reachDoings(api),
  ...shiftDoings({ api, callsign, zone: () => zone, unsent: () => outbox.unsent.length, reload: () => void store.reload() }),
  again: (/** @type {string} */ id) => outbox.tryAgain(id),
  asNote: (/** @type {import("../taps.js").Tap} */ refused) => {
    const text = noteText(refused, (at) => timeOfDay(at, zone));
    const made = { kind: "note", label: t("note"), path: `/api/calls/${refused.call?.id}/notes/`, body: { text, audience: "CENTER", kind: "NARRATIVE", ...occurred() } };
    if (outbox.add({ ...made, call: refused.call, madeAt: performance.now() })) outbox.dismiss(refused.id);
  },
  dismiss: (/** @type {string} */ id) => outbox.dismiss(id),
};

/** Held for a second: into the outbox, before everything else; one that is on its way already is pushed on. @param {"police" | "emergency"} kind */
function raise(kind) {
  const path = kind === "police" ? callPath("police") : unitPath("emergency");
  if (outbox.unsent.some((one) => one.kind === kind && one.path === path)) outbox.flush();
  else if (kind === "police") tap(kind, t("police requested"), path, {}, true);
  else tap(kind, t("EMERGENCY"), path, clock.known ? { occurred_at: clock.iso(), time_unsure: true } : {}, true);
}

function readAloud() {
  const call = store.state?.call;
  if (!call) return;
  const { unclear, told } = triageWords(call.triage?.answers, reference.questions);
  car.speak(readAloudText(call, [...unclear, ...told]));
}

/** @returns {import("./unit_page.js").PageModel} */
function pageModel() {
  const now = Date.now();
  const fresh = fix !== null && now - Date.parse(fix.fix_at) < FIX_OLD_MS;
  link.full &&= outbox.full;
  link.live = link.heardAt > 0 && now - link.heardAt < LIVE_FOR_MS && !link.ended;
  const { state } = store;
  const place = state?.call ? drivingTo(state, state.assignment?.status ?? "", reference.facilities) : null;
  return {
    state, fromTablet: state !== null && !store.loaded, stepHeld: now - (outbox.taps.findLast((one) => one.kind === "status")?.savedAt ?? 0) < STEP_HELD_MS,
    callsign, taps: outbox.taps, durable: outbox.durable, link, now, serverNow: clock.now(),
    clockTime: (ms) => timeOfDay(ms + clock.offset, zone), theme: document.documentElement.dataset.theme ?? "dark",
    call: {
      zone, now: clock.now(), questions: reference.questions, moving: fresh && isMoving(fix?.speed_mps), canSpeak: car.canSpeak(),
      navigateUrl: navigateUrl(place, navigator.userAgent), readAloud, placeNews: notices.place,
    },
  };
}

function draw() {
  if (drawing || !tablet.owner) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const page = pageModel();
    render(unitPage(page, doings), root);
    drawAlarms(page);
    refreshAsk();
  });
}

/** The two alarm buttons stand in the page's own HTML, so that no drawing ever moves or replaces them under a finger.
 * @param {import("./unit_page.js").PageModel} page */
function drawAlarms(page) {
  const onCall = Boolean(page.state?.call);
  for (const kind of /** @type {("police" | "emergency")[]} */ (["police", "emergency"])) {
    const button = /** @type {HTMLElement} */ (document.getElementById(kind));
    const word = /** @type {HTMLElement} */ (document.getElementById(`${kind}-word`));
    const { state, text } = alarmView(page, kind);
    if (word.textContent !== text) word.textContent = text;
    button.dataset.state = state;
    if (kind === "police") button.setAttribute("aria-disabled", String(!onCall));
  }
}

const notices = new Notices();

function notice() {
  if (notices.take(store.state, clock.now(), store.loaded)) car.callAttention();
  if (store.state?.assignment?.status === "TR") car.beSilent();
}

async function loadReference() {
  try {
    const answer = await api.get("/api/reference/");
    reference = { ...reference, ...answer };
    zone = answer.time_zone ?? zone;
    draw();
  } catch {
    setTimeout(loadReference, POLL_MS);
  }
}

const shown = () => ({ state: store.state, reference, heardAt: link.heardAt, offset: clock.offset });

/** The last known state until the server answers, the taps that wait, and the tablet's other windows. */
function startFromTablet() {
  if (tablet.state) {
    const { state, heardAt, offset } = tablet.state;
    reference = { ...reference, ...tablet.state.reference };
    Object.assign(link, { heardAt });
    clock.offset = offset;
    store.show(state);
  }
  tablet.listen({ onTaps: (taps) => outbox.learn(taps), onLeft: () => location.replace("/unit/") });
  store.subscribe(() => store.loaded && tablet.keep(shown));
  tablet.keepNowAndAgain(() => (store.loaded ? shown() : { ...shown(), state: null }));
  mindForms(tablet);
  void outbox.open();
  openWithoutNetwork(() => outbox.unsent.length === 0 && !store.state?.call);
}

function start() {
  root.replaceChildren(); // the "starting" words of the page's HTML
  holdToAct(/** @type {HTMLElement} */ (document.getElementById("police")), () => raise("police"));
  holdToAct(/** @type {HTMLElement} */ (document.getElementById("emergency")), () => raise("emergency"));
  store.subscribe((_, events) => {
    notice();
    draw();
    if (events.length > 0) void store.reload();
  });
  document.addEventListener("themechange", draw);
  addEventListener("online", () => {
    if (!link.ended) void store.reload();
    outbox.flush();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && outbox.flush());
  setInterval(() => {
    notice();
    draw();
  }, 1000);
  setInterval(() => outbox.flush(), FLUSH_EVERY_MS);
  setInterval(() => socket.state.status !== "live" && !link.ended && void store.reload(), POLL_MS);
  void store.reload().finally(() => socket.start());
  void loadReference();
  startFromTablet();
  car.stayAwake();
  car.unlockSound();
  void takeOverPush(api);
  car.followPosition((newest) => { fix = newest; }, (newest) => api.once("POST", unitPath("position"), newest, {}));
  draw();
}

if (tablet.owner) {
  start();
} else {
  socket.stop();
  showNobody(root);
}
