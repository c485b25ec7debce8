// @ts-check
/** The dispatcher console: puts the pieces together and draws them, at once by the person's hand, else four times a second. */
import { html, render } from "lit-html";

import { Announcer } from "./announce.js";
import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { t } from "./i18n.js";
import { listenToKeys } from "./keys.js";
import { takeLimits } from "./limits.js";
import { keepPaper } from "./paper_kept.js";
import { Requests } from "./requests.js";
import { shareSelection } from "./selection.js";
import { pageLink } from "./socket.js";
import { Sound } from "./sound.js";
import { boardStore } from "./store.js";
import { Clock } from "./time.js";
import { bars, card } from "./views/alerts.js";
import { callPane, startCall } from "./views/call.js";
import { active, pending } from "./views/calls.js";
import { commandLine, notices } from "./views/commandline.js";
import { dialog } from "./views/dialogs.js";
import { handoverNotices, shiftEnd } from "./views/handover.js";
import { header, staleBanner } from "./views/header.js";
import { mountMapPane } from "./views/map_pane.js";
import { overlay } from "./views/overlays.js";
import { units } from "./views/units.js";


const EVERY_MS = 250;
const SECOND_MS = 1000;
const VOLUMES = [0.6, 1, 0, 0.3];
const SELECTION_KEPT = "hearteam.selection";

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** Not while the person is leaving: then the page goes where signing out leads. */
const signIn = () => { if (!document.body.dataset.leaving) location.href = `/login/?next=${encodeURIComponent(location.pathname)}`; };

/**
 * Draws at most four times a second, and at once when the person did something. `drawNow` is for what must be on the page before
 * the next key arrives, such as a field that gets the focus. A page that nobody sees follows without drawing, until it is shown.
 * @param {() => void} paint
 */
function painter(paint) {
  let timer = /** @type {any} */ (null);
  let frame = 0;
  const drawNow = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    timer = null;
    frame = 0;
    paint();
  };
  const draw = (/** @type {boolean} */ now) => {
    if (document.visibilityState === "hidden") return;
    if (now) frame ||= requestAnimationFrame(drawNow);
    else timer ??= setTimeout(drawNow, EVERY_MS);
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && drawNow());
  return { draw, drawNow };
}

/** @param {Desk} desk @param {Sound} sound */
function paintAll(desk, sound) {
  const startShift = async () => {
    await sound.start();
    sound.onState();
  };
  const toggleSound = () => desk.setVolume(VOLUMES[(VOLUMES.indexOf(desk.volume) + 1) % VOLUMES.length]);
  render(header(desk, { startShift, toggleSound, newCall: () => startCall(desk) }), byId("top"));
  render(staleBanner(desk), byId("stale"));
  render(bars(desk), byId("bars"));
  render(pending(desk), byId("pending"));
  render(active(desk), byId("active"));
  render(callPane(desk), byId("call"));
  render(units(desk), byId("units"));
  render(card(desk), byId("card"));
  render(html`${handoverNotices(desk)}${notices(desk)}`, byId("notices"));
  render(commandLine(desk), byId("line"));
  render(dialog(desk), byId("dialog"));
  render(overlay(desk), byId("overlay"));
  render(shiftEnd(desk), byId("shift-end"));
}

/** The open call stays over a reload and in step with the other windows of this desk. @param {Desk} desk */
function keepSelection(desk) {
  const before = sessionStorage.getItem(SELECTION_KEPT);
  if (before) desk.open(before);
  const tell = shareSelection({ selected: () => desk.selected, onSelect: (call) => call !== null && desk.open(call) });
  let kept = before;
  return () => {
    if (desk.selected !== kept) sessionStorage.setItem(SELECTION_KEPT, (kept = desk.selected) ?? "");
    tell(desk.selected);
  };
}

/** Everything that is typed must be out before the page goes. @param {Desk} desk */
function warnBeforeLeaving(desk) {
  addEventListener("beforeunload", (event) => {
    if ((desk.form && desk.form.edits.size > 0) || desk.unsent.length > 0 || desk.note.trim()) event.preventDefault();
  });
}

/** What the log says goes to all who follow it. @param {Desk} desk @param {Announcer} announcer */
function follow(desk, announcer) {
  desk.store.subscribe((_, events) => {
    desk.undo.follow(events);
    desk.positions.follow(events);
    desk.follow(events);
    announcer.told(events);
  });
}

/** The socket, not opened yet. @param {Desk} desk @param {Announcer} announcer */
function linkOf(desk, announcer) {
  const { api, clock, store } = desk;
  return pageLink("/ws/board/?console=1", {
    version: () => (store.loaded ? store.version : null),
    onFrame: (frame) => {
      if (frame.at && frame.type === "heartbeat") {
        clock.stamp(frame.at);
        desk.watch.heard(frame);
        announcer.look();
      }
      if (frame.type === "opened") desk.positions.opened(frame);
      store.receive(frame);
    },
    onState: (state) => {
      desk.link = state;
      desk.fresh.see(state, store);
      if (state.status === "signed_out") signIn();
      desk.changed(false);
    },
    signedIn: () => api.get("/api/me/").then(() => true, (error) => error.status !== 401),
  });
}

async function start() {
  const api = new Api({ onSignedOut: signIn });
  const store = boardStore(api);
  const clock = new Clock();
  const sound = new Sound();
  const [me, reference] = await Promise.all([api.get("/api/me/"), api.get("/api/reference/")]);
  const tell = { selection: () => {} };
  let line = 0;
  const drawLine = () => {
    line ||= requestAnimationFrame(() => {
      line = 0;
      render(commandLine(desk), byId("line"));
    });
  };
  const { draw, drawNow } = painter(() => {
    paintAll(desk, sound);
    desk.onDrawn();
    tell.selection();
    desk.positions.tellOpen();
  });
  takeLimits(reference.timers);
  const desk = new Desk({ api, requests: new Requests(api), store, clock, me, reference, draw, drawNow, storage: sessionStorage, workstation: localStorage, drawLine });
  api.onUnsent = (unsent) => { desk.unsent = unsent; desk.changed(false); };
  const announcer = new Announcer(desk, sound);
  desk.setVolume = (volume) => { desk.volume = volume; sound.setVolume(volume); desk.changed(); };
  sound.onState = () => { desk.soundOn = sound.started; desk.changed(); };
  follow(desk, announcer);
  const link = linkOf(desk, announcer);
  await store.reload();
  listenToKeys(desk);
  tell.selection = keepSelection(desk);
  if (desk.inWork.restore(() => desk.emptyCall()) > 0) desk.say(t("A new call that had no place yet was kept: F2 goes on with it."));
  await desk.positions.start();
  link.start();
  warnBeforeLeaving(desk);
  keepPaper();
  setInterval(() => { desk.changed(false); announcer.look(); }, SECOND_MS);
  desk.changed();
  await mountMapPane(desk);
}

start().catch((error) => {
  byId("notices").textContent = t("The console could not start: {message} Load the page again.", { message: error.message });
});
