// @ts-check
/** Signing on: which unit, who is on board in which role with which languages, the vehicle, what was found of the equipment. */
import { html, nothing } from "lit-html";
import { randomKey } from "../api.js";
import { coded, served, t } from "../i18n.js";
import { hourMinute } from "../time.js";
import { language as languageName } from "../wording.js";
import * as model from "./unit_crew_model.js";

/** @typedef {import("./unit_crew_model.js").CrewForm} CrewForm */
/** @typedef {import("./unit_crew_model.js").CrewPerson} CrewPerson */
/** @typedef {import("./unit_crew_model.js").CrewUnit} CrewUnit */
/** @typedef {{ me: CrewPerson, units: CrewUnit[], next_shift: { unit: string, starts_at: string } | null }} CrewFacts */
/**
 * @typedef {object} CrewOptions
 * @property {import("../api.js").Api} api
 * @property {string} zone
 * @property {string} [unit] only this one is signed on to
 * @property {() => void} changed draw again
 * @property {() => void} done the server has it
 */

/** Languages offered at a touch, most spoken here first; others are the supervisor's to enter. */
const OFFERED = ["en", "es", "pt", "fr", "ht", "pl", "ase"];

/** One signing on, from the first question to the server's word. */
export class SigningOn {
  /** @param {CrewOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {CrewFacts | null} */
    this.facts = null;
    /** @type {CrewForm | null} */
    this.form = null;
    /** @type {CrewPerson[] | null} */
    this.found = null;
    this.trouble = "";
    this.mustConfirm = false;
    this.busy = false;
  }

  async load() {
    try {
      const facts = await this.options.api.get("/api/crew/");
      const units = facts.units.filter((/** @type {CrewUnit} */ one) => !this.options.unit || one.unit === this.options.unit);
      this.facts = { ...facts, units };
      this.trouble = "";
      if (units.length === 1 || units[0]?.mine) this.choose(units[0]);
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
    }
    this.options.changed();
  }

  /** @param {CrewUnit | null} unit */
  choose(unit) {
    this.form = unit && this.facts ? model.crewForm(unit, this.facts.me) : null;
    this.found = null;
    this.mustConfirm = false;
    this.options.changed();
  }

  /** @param {CrewForm} form */
  change(form) {
    this.form = form;
    this.options.changed();
  }

  /** @param {string} words */
  async search(words) {
    try {
      const { people } = await this.options.api.get(`/api/crew/people/?q=${encodeURIComponent(words)}`);
      this.found = people;
      this.trouble = "";
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
    }
    this.options.changed();
  }

  get joining() {
    return Boolean(this.form && this.facts && model.isJoining(this.form.of, this.facts.me));
  }

  async send() {
    if (!this.form || this.busy) return;
    this.busy = true;
    this.options.changed();
    try {
      await this.options.api.once("POST", "/api/crew/sign-on/", model.signOnBody(this.form, this.joining), { "Idempotency-Key": randomKey() });
      this.options.done();
    } catch (error) {
      const { message, problem } = /** @type {import("../api.js").ApiError} */ (error);
      this.trouble = message;
      this.mustConfirm = problem?.rule === "NEEDS_CONFIRMATION";
    }
    this.busy = false;
    this.options.changed();
  }

  view() {
    const { facts, form, trouble } = this;
    return html`
      ${trouble ? html`<p class="hazards" role="alert">${trouble}</p>` : nothing}
      ${!facts ? html`<p>${trouble ? nothing : t("Asking the server")}</p>${trouble ? html`<button type="button" class="button" @click=${() => this.load()}>${t("Try again")}</button>` : nothing}`
        : form ? this.formView(form) : unitsView(this, facts)}`;
  }

  /** @param {CrewForm} form */
  formView(form) {
    const { of } = form;
    return html`
      ${this.options.unit && !of.shift_ends_at ? nothing : html`<h3>${of.unit} <span class="dim">${of.shift_ends_at ? t("shift to {time}", { time: hourMinute(of.shift_ends_at, this.options.zone) }) : nothing}</span></h3>`}
      ${leftView(of, this.options.zone)}
      ${this.joining ? joinView(form) : html`${crewView(this, form)}${vehicleView(this, form)}${equipmentView(this, form)}`}
      <button type="button" class="button primary" ?disabled=${this.busy || form.crew.length === 0 || (this.mustConfirm && !form.haveLeft)} @click=${() => this.send()}
        >${this.joining ? t("Join this crew") : of.signed_on_at ? t("Save") : t("Start the shift")}</button>
      ${(this.facts?.units.length ?? 0) > 1 ? html`<button type="button" class="button" @click=${() => this.choose(null)}>${t("Another unit")}</button>` : nothing}`;
  }
}

/** @param {SigningOn} signing @param {CrewFacts} facts */
function unitsView(signing, { units, next_shift: next }) {
  if (units.length === 0) {
    return html`<p class="hazards">${t("No unit of your agency is on shift now.")}</p>
      ${next ? html`<p>${t("Your next shift: {unit} from {time}.", { unit: next.unit, time: hourMinute(next.starts_at, signing.options.zone) })}</p>` : nothing}
      <button type="button" class="button" @click=${() => signing.load()}>${t("Look again")}</button>`;
  }
  return html`<p>${t("Which unit do you ride on?")}</p><div class="choices">${units.map((unit) => html`
    <button type="button" class="button" @click=${() => signing.choose(unit)}>${unit.unit}
      <small>${unit.signed_on_at ? unit.crew.map((person) => person.name).join(", ") : unit.mine ? t("you are on its roster") : t("nobody has signed on")}</small></button>`)}</div>`;
}

/** What the crew before left. @param {CrewUnit} unit @param {string} zone */
function leftView({ handover, signed_on_at: since }, zone) {
  if (!handover || since || (!handover.note && handover.missing.length === 0)) return nothing;
  const missing = handover.missing.length > 0 ? t("missing: {what}", { what: handover.missing.map(served).join(", ") }) : "";
  return html`<p class="left-word"><b>${t("The crew before, {time}:", { time: hourMinute(handover.at, zone) })}</b> ${[handover.note, missing].filter(Boolean).join(" · ")}</p>`;
}

/** @param {CrewForm} form */
const joinView = ({ of }) => html`<p>${t("On board: {crew}", { crew: of.crew.map((person) => `${person.name}, ${coded(person.role)}`).join("; ") })}</p>`;

/** @param {SigningOn} signing @param {CrewForm} form */
function crewView(signing, form) {
  const short = model.rolesMissing(form);
  return html`<fieldset><legend>${t("On board")}</legend>
    ${form.crew.map((person) => personView(signing, form, person))}
    ${short.length > 0 ? html`<p class="hazards">${t("Nobody on board is: {roles}. The dispatcher needs a reason to send you.", { roles: short.map(coded).join(", ") })}</p>` : nothing}
    ${signing.mustConfirm ? html`<button type="button" class="button" aria-pressed=${form.haveLeft} @click=${() => signing.change({ ...form, haveLeft: !form.haveLeft })}>${t("They have left the unit")}</button>` : nothing}
    ${searchView(signing, form)}</fieldset>`;
}

/** @param {SigningOn} signing @param {CrewForm} form @param {CrewPerson} person */
function personView(signing, form, person) {
  const change = (/** @type {Partial<CrewPerson>} */ what) => () => signing.change(model.withChange(form, person.id, what));
  const languages = [...new Set([...OFFERED, ...person.languages])];
  return html`<div class="aboard" role="group" aria-label=${person.name}>
    <p><b>${person.name}</b>, ${coded(person.role)}</p>
    <button type="button" class="button" aria-label=${t("Not on board: {name}", { name: person.name })} @click=${() => signing.change(model.withoutPerson(form, person.id))}>${t("Not on board")}</button>
    <div class="choices">
      ${person.roles.length > 1 ? person.roles.map((role) => html`<button type="button" class="button" aria-pressed=${person.role === role} @click=${change({ role })}>${coded(role)}</button>`) : nothing}
    </div>
    <details><summary>${t("Speaks: {languages}", { languages: person.languages.map(languageName).join(", ") || "–" })}</summary>
      <div class="choices">${languages.map((code) => html`<button type="button" class="button" aria-pressed=${person.languages.includes(code)} @click=${change({ languages: model.toggled(person, code) })}>${languageName(code)}</button>`)}</div></details>
  </div>`;
}

/** @param {SigningOn} signing @param {CrewForm} form */
function searchView(signing, form) {
  const aboard = new Set(form.crew.map((person) => person.id));
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("words"));
    void signing.search(field.value);
  };
  const others = signing.found?.filter((person) => !aboard.has(person.id)) ?? null;
  return html`<form @submit=${submit}>
      <label for="crew-words">${t("Somebody else, by name")}</label>
      <div class="side-by-side"><input id="crew-words" name="words" type="search" maxlength="80" autocomplete="off"><button type="submit" class="button">${t("Find")}</button></div>
    </form>
    ${others === null ? nothing : others.length === 0 ? html`<p role="status">${t("Nobody else of that name.")}</p>` : html`<div class="choices">${others.map((person) => {
      const elsewhere = person.on && person.on !== form.of.unit;
      return html`<button type="button" class="button" ?disabled=${elsewhere} @click=${() => signing.change(model.withPerson(form, person))}>${person.name}
        <small>${coded(person.role)}${elsewhere ? `, ${t("on {unit}", { unit: person.on })}` : ""}</small></button>`;
    })}</div>`}`;
}

/** @param {SigningOn} signing @param {CrewForm} form */
const vehicleView = (signing, form) => html`<label for="crew-vehicle">${t("Vehicle")}</label>
  <input id="crew-vehicle" maxlength="60" autocomplete="off" .value=${form.vehicle} @input=${(/** @type {any} */ event) => signing.change({ ...form, vehicle: event.target.value })}>`;

/** @param {SigningOn} signing @param {CrewForm} form */
function equipmentView(signing, form) {
  if (form.of.equipment.length === 0) return nothing;
  const missing = model.equipmentMissing(form);
  return html`<fieldset><legend>${t("Touch what is there")}</legend>
    ${checklist(form.of.equipment, form.there, () => signing.change({ ...form }))}
    ${missing.length > 0 ? html`<p>${t("missing: {what}", { what: missing.map(served).join(", ") })}</p>` : html`<p>${t("All there.")}</p>`}</fieldset>`;
}

/** Equipment that is touched when it was found. @param {string[]} names @param {Set<string>} there changed by a touch @param {() => void} changed */
export function checklist(names, there, changed) {
  return html`<div class="choices">${names.map((name) => html`<button type="button" class="button" aria-pressed=${there.has(name)} @click=${() => {
    if (!there.delete(name)) there.add(name);
    changed();
  }}>${served(name)}</button>`)}</div>`;
}
