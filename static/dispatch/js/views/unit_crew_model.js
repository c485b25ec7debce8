// @ts-check
/** What a crew says when it signs on, while it is being said. Pure. */

/**
 * @typedef {object} CrewPerson
 * @property {string} id
 * @property {string} name
 * @property {string} role the one they ride in
 * @property {string[]} roles those they may ride in
 * @property {string[]} languages
 * @property {string} on the unit they are on board of now; empty on none
 */
/**
 * @typedef {object} CrewUnit a unit of one's agency that is on shift
 * @property {string} unit
 * @property {string} team
 * @property {string} vehicle
 * @property {string | null} shift_ends_at
 * @property {string | null} signed_on_at
 * @property {string[]} needs the roles its team asks for
 * @property {string[]} equipment
 * @property {string[]} missing
 * @property {CrewPerson[]} crew
 * @property {boolean} mine
 * @property {{ at: string, by: string, note: string, missing: string[] } | null} handover
 */
/**
 * @typedef {object} CrewForm
 * @property {CrewUnit} of
 * @property {CrewPerson[]} crew
 * @property {string} vehicle
 * @property {Set<string>} there the equipment that was found
 * @property {boolean} haveLeft who was taken off has left the unit, as somebody said
 */

/**
 * The form for a unit: whoever the roster names and oneself. What was checked before a change stands; at the start nothing does.
 * @param {CrewUnit} unit @param {CrewPerson} me @returns {CrewForm}
 */
export function crewForm(unit, me) {
  const aboard = unit.crew.some((person) => person.id === me.id);
  const there = unit.signed_on_at ? unit.equipment.filter((name) => !unit.missing.includes(name)) : [];
  return { of: unit, crew: aboard ? unit.crew : [...unit.crew, me], vehicle: unit.vehicle, there: new Set(there), haveLeft: false };
}

/** Whether one only adds oneself to a crew that is there already. @param {CrewUnit} unit @param {CrewPerson} me */
export const isJoining = (unit, me) => Boolean(unit.signed_on_at) && !unit.crew.some((person) => person.id === me.id);

/** The roles that the team asks for and nobody has. @param {CrewForm} form @returns {string[]} */
export const rolesMissing = ({ of, crew }) => of.needs.filter((role) => !crew.some((person) => person.role === role));

/** @param {CrewForm} form @returns {string[]} */
export const equipmentMissing = ({ of, there }) => of.equipment.filter((name) => !there.has(name));

/** @param {CrewForm} form @param {CrewPerson} person @returns {CrewForm} with that person on board, once */
export const withPerson = (form, person) => (form.crew.some((one) => one.id === person.id) ? form : { ...form, crew: [...form.crew, person] });

/** @param {CrewForm} form @param {string} id @returns {CrewForm} */
export const withoutPerson = (form, id) => ({ ...form, crew: form.crew.filter((one) => one.id !== id), haveLeft: false });

/** @param {CrewForm} form @param {string} id @param {Partial<CrewPerson>} change @returns {CrewForm} */
export const withChange = (form, id, change) => ({ ...form, crew: form.crew.map((one) => (one.id === id ? { ...one, ...change } : one)) });

/** @param {CrewPerson} person @param {string} code @returns {string[]} their languages with this one told, or taken back */
export const toggled = ({ languages }, code) => (languages.includes(code) ? languages.filter((one) => one !== code) : [...languages, code]);

/**
 * What is sent. Who joins says nothing of the others.
 * @param {CrewForm} form @param {boolean} joining @returns {Record<string, unknown>}
 */
export function signOnBody(form, joining) {
  if (joining) return { unit: form.of.unit };
  return {
    unit: form.of.unit, vehicle: form.vehicle.trim(), missing: equipmentMissing(form), have_left: form.haveLeft,
    crew: form.crew.map(({ id, role, languages }) => ({ person: id, role, languages })),
  };
}
