// @ts-check
/** Teams that are reached by phone: the call to them, step by step, and afterwards the crew that they send, with its link. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { Drafts } from "../drafts.js";
import { coded, served, t, tn } from "../i18n.js";
import { formatDuration, hourMinute } from "../time.js";
import { askOfCrew, isOnItsWay } from "./crew_dialog.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */
/** @typedef {CallRow["assignments"][number]} Assigned */

const MINUTE_MS = 60_000;
const WORDS = ["contact", "clinician", "clinician_phone", "guardian", "guardian_phone", "school", "school_phone", "meeting_point"];
/** What the next attempt is told anew; whom to ask about a child, and where to meet, stay as they are. */
const OF_ATTEMPT = ["contact", "clinician", "clinician_phone", "eta", "callback"];
const drafts = new Drafts();
/** What was written down is on its way, by call and team. @type {Set<string>} */
const recording = new Set();

/** @param {string} call @param {string} team */
const about = (call, team) => `${call} ${team}`;

/**
 * Which team the form is for: the one asked for by name, else the one whose form is begun, else the first that the call needs. What is
 * begun stays while the units are ranked again.
 * @param {Desk} desk @param {CallRow} call @returns {any}
 */
function teamOf(desk, call) {
  const teams = desk.recommendation?.by_phone ?? [];
  const typed = begun(desk, call);
  const wanted = desk.handoff?.team ?? (teams.length === 0 || teams.some((/** @type {any} */ one) => one.team === typed) ? typed : undefined);
  if ((teams.length === 0 && (!wanted || takenMeanwhile(desk, wanted))) || !desk.may("dispatch")) return null;
  const known = (desk.reference.teams ?? []).find((/** @type {any} */ team) => team.code === (wanted ?? teams[0]?.team));
  return known ? { team: known.code, name: known.name, phone: known.phone, target: known.arrival_target_minutes } : teams.find((/** @type {any} */ one) => one.team === wanted) ?? null;
}

/** The team that was rung or written about here has accepted, whoever wrote it down. @param {Desk} desk @param {string} team */
function takenMeanwhile(desk, team) {
  const rung = desk.handoff ? desk.handoff.rung : true;
  return rung && (desk.detail?.handoffs ?? []).findLast((/** @type {any} */ one) => one.team === team)?.outcome === "accepted";
}

/** The team whose form holds something typed. @param {Desk} desk @param {CallRow} call @returns {string | undefined} */
const begun = (desk, call) => (desk.reference.teams ?? []).find((/** @type {any} */ team) => drafts.has(about(call.id, team.code)))?.code;

/** The form of a hand-off by phone. Enter goes on to the next field, each outcome is a button. @param {Desk} desk @param {CallRow} call */
export function handoff(desk, call) {
  const team = teamOf(desk, call);
  if (!team) return nothing;
  const tries = (desk.detail?.handoffs ?? []).filter((/** @type {any} */ one) => one.team === team.team);
  const form = about(call.id, team.team);
  const typed = drafts.of(form);
  const running = tries.find((/** @type {any} */ one) => one.outcome === "calling");
  return html`<form class="block handoff" aria-label=${t("Phone hand-off to {name}", { name: team.name })} @keydown=${nextField}
      @input=${(/** @type {InputEvent} */ event) => { const field = /** @type {HTMLInputElement} */ (event.target); drafts.put(form, field.name, field.value); }} @submit=${(/** @type {SubmitEvent} */ event) => record(desk, call, team.team, event)}>
    <h3>${t("Phone")} ${dial(desk, call, team, running)} ${team.name} <span class="dim">${tries.length > 0 && !running ? t("attempt {tries}", { tries: tries.length + 1 }) : ""}</span>
      <span class="spring"></span>${running ? rings(desk, running) : button(t("Calling now"), () => calling(desk, call, team.team))}</h3>
    ${tries.length > 0 ? html`<p class="dim">${tries.map((/** @type {any} */ one) => attempt(desk, one)).join(" · ")}</p>` : nothing}
    <div class="fields">
      <label>${t("Who answered")}<input name="contact" autocomplete="off" required .value=${live(typed.contact ?? "")} /></label>
      <label>${t("Clinician")}<input name="clinician" autocomplete="off" .value=${live(typed.clinician ?? "")} /></label>
      <label>${t("Their mobile")}<input name="clinician_phone" type="tel" autocomplete="off" maxlength="24" .value=${live(typed.clinician_phone ?? "")} /></label>
      <label class="narrow">${t("ETA min")}<input name="eta" inputmode="numeric" autocomplete="off" pattern="[0-9]{1,3}" .value=${live(typed.eta ?? "")} /></label>
    </div>
    ${aboutChild(desk) ? childFields(typed) : nothing}
    <div class="fields"><label>${t("Meeting point")}<input name="meeting_point" autocomplete="off" maxlength="160" .value=${live(typed.meeting_point ?? "")} /></label></div>
    ${team.target ? html`<p class="dim">${t("To be there by {time}: {minutes} min from the call.", { time: hourMinute(new Date(Date.parse(call.received_at) + team.target * MINUTE_MS).toISOString(), desk.zone), minutes: team.target })}</p>` : nothing}
    <div class="row">
      <button class="button primary" name="outcome" value="accepted">${t("Accepted")}</button>
      <button class="button" name="outcome" value="no_answer" formnovalidate>${t("No answer")}</button>
      <button class="button" name="outcome" value="declined" formnovalidate>${t("Declined")}</button>
      <button class="button" name="outcome" value="call_back" formnovalidate>${t("They call back in")}</button>
      <label class="minutes"><input name="callback" inputmode="numeric" autocomplete="off" pattern="[0-9]{1,2}" .value=${live(typed.callback ?? "")} aria-label=${t("Minutes until they call back")} /> min</label>
    </div>
  </form>`;
}

/** @param {Desk} desk @param {CallRow} call @param {any} team @param {any} running */
function dial(desk, call, team, running) {
  if (!team.phone) return html`<span class="phone">${t("no number")}</span>`;
  return html`<a class="number phone" href=${`tel:${team.phone.replace(/[^0-9+]/g, "")}`} @click=${() => (running ? undefined : void calling(desk, call, team.team))}>${team.phone}</a>`;
}

/** @param {Desk} desk @param {any} running */
const rings = (desk, running) => html`<span class="number due-soon" role="status">${t("being called {duration}", { duration: formatDuration(desk.clock.now() - Date.parse(running.started_at)) })}</span>`;

/** Whom to ask about somebody who does not decide for themselves. @param {import("../drafts.js").Draft} typed */
const childFields = (typed) => html`<div class="fields">
    <label>${t("Parent or guardian")}<input name="guardian" autocomplete="off" maxlength="120" .value=${live(typed.guardian ?? "")} /></label>
    <label>${t("Their number")}<input name="guardian_phone" type="tel" autocomplete="off" maxlength="24" .value=${live(typed.guardian_phone ?? "")} /></label>
    <label>${t("School contact")}<input name="school" autocomplete="off" maxlength="120" .value=${live(typed.school ?? "")} /></label>
    <label>${t("School's number")}<input name="school_phone" type="tel" autocomplete="off" maxlength="24" .value=${live(typed.school_phone ?? "")} /></label>
  </div>`;

/** @param {Desk} desk */
const aboutChild = (desk) => ["CHILD_3_17", "UNDER_3"].includes(desk.triage?.answers.age ?? "");

/** An attempt before this one. @param {Desk} desk @param {any} one */
function attempt(desk, one) {
  const back = one.outcome === "call_back" && one.callback_at ? ` ${hourMinute(one.callback_at, desk.zone)}` : "";
  return `${hourMinute(one.at, desk.zone)} ${coded(one.outcome)}${back}${one.contact ? ` (${one.contact})` : ""}`;
}

/** The number is being dialled: everybody sees it, and how long it rings. The keys are in the form before the server answers. @param {Desk} desk @param {CallRow} call @param {string} team */
async function calling(desk, call, team) {
  desk.handoff = { team, rung: true };
  desk.focus(".handoff input");
  await desk.did(desk.requests.onCall(call.id, "handoffs", { team, outcome: "calling" }, t("Hand-off to {team}", { team })), t("Calling {team}.", { team }));
}

/** Enter goes on to the next field; only a button says how the phone call ended. @param {KeyboardEvent} event */
function nextField(event) {
  const { target, currentTarget } = event;
  if (event.key !== "Enter" || event.ctrlKey || !(target instanceof HTMLInputElement)) return;
  event.preventDefault();
  const stops = [.../** @type {HTMLFormElement} */ (currentTarget).querySelectorAll("input, button[name=outcome]")];
  const next = stops[stops.indexOf(target) + 1];
  if (next instanceof HTMLElement) next.focus();
}

/** @param {Desk} desk @param {CallRow} call @param {string} team @param {SubmitEvent} event */
async function record(desk, call, team, event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const typed = { ...drafts.of(about(call.id, team)) };
  const text = (/** @type {string} */ name) => (form.elements.namedItem(name) ? (typed[name] ?? "").trim() : "");
  const whole = (/** @type {string} */ name) => (/^[0-9]+$/.test(text(name)) ? Number(text(name)) : null);
  const outcome = /** @type {HTMLButtonElement} */ (event.submitter).value;
  if (outcome === "call_back" && whole("callback") === null) {
    /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=callback]"))?.focus();
    return desk.say(t("In how many minutes will they call back?"), "error");
  }
  const said = Object.fromEntries(WORDS.map((name) => [name, text(name)]).filter(([, word]) => word));
  const body = { team, outcome, eta_minutes: whole("eta"), ...(outcome === "call_back" ? { callback_minutes: whole("callback") } : {}), ...said };
  if (recording.has(about(call.id, team))) return undefined;
  recording.add(about(call.id, team));
  const answer = await desk.did(desk.requests.onCall(call.id, "handoffs", body, t("Hand-off to {team}", { team })), t("Hand-off to {team}: {outcome}.", { team, outcome: coded(outcome) }));
  recording.delete(about(call.id, team));
  if (answer === undefined) return undefined;
  drafts.sent(about(call.id, team), typed, outcome === "accepted" ? undefined : OF_ATTEMPT);
  if (desk.selected !== call.id) return undefined;
  if (outcome === "accepted") Object.assign(desk, { handoff: null, triageOpen: null });
  return desk.recommend();
}

/** What is known of a crew that was reached by phone: its clinician, whom to ask, its link. @param {Desk} desk @param {Assigned} one */
export function phoneCrew(desk, one) {
  const taken = (desk.detail?.handoffs ?? []).find((/** @type {any} */ row) => row.assignment === one.id);
  if (!taken) return nothing;
  const people = [
    [taken.clinician || t("Clinician"), taken.clinician_phone || taken.phone], [taken.guardian && t("Parent or guardian: {name}", { name: taken.guardian }), taken.guardian_phone],
    [taken.school && t("School contact: {name}", { name: taken.school }), taken.school_phone],
  ].filter(([who, phone]) => who && (phone || who !== t("Clinician")));
  return html`<div class="phone-crew" data-crew=${one.unit}>
    ${people.map(([who, phone]) => html`<span>${who} ${phone ? html`<a class="number" href=${`tel:${phone.replace(/[^0-9+]/g, "")}`}>${phone}</a>` : nothing}</span>`)}
    ${taken.meeting_point ? html`<span>${t("Meeting point: {place}", { place: taken.meeting_point })}</span>` : nothing}
    ${desk.may("dispatch") ? linkTools(desk, one, taken) : nothing}
  </div>`;
}

/** @param {Desk} desk @param {Assigned} one @param {any} taken the phone call that they took */
function linkTools(desk, one, taken) {
  const { unit } = one;
  const { link } = taken;
  const amend = button(t("Amend…"), () => askOfCrew(desk, one, taken));
  const eta = html`${isOnItsWay(one) ? button(t("New ETA…"), () => desk.ask("eta", { unit, assignment: one.id })) : nothing} ${amend}`;
  if (link?.state !== "open") {
    return html`${eta} ${button(t("Link for their phone"), () => issue(desk, one))} ${link ? html`<span class="dim">${t("The link before is over.")}</span>` : nothing}`;
  }
  return html`${eta} ${button(t("Copy link"), () => copy(desk, one))}
    ${button(t("Text it to them"), () => desk.did(desk.requests.onAssignment(one.id, "link/send", {}, t("Link by text")), t("The link of {unit} goes out by text.", { unit })))}
    ${button(t("Revoke link"), () => desk.did(desk.requests.onAssignment(one.id, "link/revoke", {}, t("Link revoked")), t("The link of {unit} leads nowhere now.", { unit })))}
    <span class="dim">${linkState(desk, link)}</span>`;
}

/** @param {Desk} desk @param {any} link */
function linkState(desk, link) {
  const at = (/** @type {string} */ time) => hourMinute(time, desk.zone);
  if (link.confirmed_at) return t("confirmed by link {time}", { time: at(link.confirmed_at) });
  if (link.send_failed && !link.opened_at) return html`<b class="late">${t("text NOT SENT: {reason}", { reason: served(link.send_failed) })}</b>`;
  if (link.sent_at && !link.opened_at) return t("link sent {time}, not opened yet", { time: at(link.sent_at) });
  if (!link.opened_at) return t("link not opened yet, until {time}", { time: at(link.expires_at) });
  return `${t("link opened {time}", { time: at(link.opened_at) })}${link.devices > 1 ? tn(" on {count} device", " on {count} devices", link.devices) : ""}`;
}

/** @param {Desk} desk @param {Assigned} one */
async function issue(desk, one) {
  const made = await desk.did(desk.requests.onAssignment(one.id, "link", {}, t("Link for {unit}", { unit: one.unit })));
  if (made !== undefined) await copy(desk, one);
}

/** Into the clipboard; where the browser forbids that, it stands there to be copied by hand. @param {Desk} desk @param {Assigned} one */
async function copy(desk, one) {
  const answer = await desk.did(desk.api.get(`/api/assignments/${one.id}/link/`));
  if (!answer) return;
  try {
    await navigator.clipboard.writeText(answer.url);
    desk.say(t("The link of {unit} is copied: send it to nobody else.", { unit: one.unit }));
  } catch {
    desk.say(t("Link of {unit}: {url}", { unit: one.unit, url: answer.url }));
  }
}
