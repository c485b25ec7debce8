// @ts-check
/** A paper sheet as it is typed in -> the body of `POST /api/paper/calls/`. Pure. Times are of the center's clock. */

/** @typedef {{ unit: string, times: Record<string, string>, destination: string }} UnitLine `times`: step (dispatched_at ..) -> as typed */
/** @typedef {{ at: string, text: string }} NoteLine */
/**
 * @typedef {object} Sheet
 * @property {string} number @property {string} day `2026-11-23`, on which the call came in
 * @property {string} received @property {string} triaged @property {string} closed as typed
 * @property {string} place @property {string} apartment @property {string} type @property {string} priority
 * @property {string} callerName @property {string} callerPhone @property {string} personName @property {string} description
 * @property {string} disposition @property {string} outcome
 * @property {Record<string, string>} answers
 * @property {UnitLine[]} units @property {NoteLine[]} notes
 */

export const STEPS = ["dispatched_at", "en_route_at", "staged_at", "on_scene_at", "transporting_at", "at_destination_at", "cleared_at"];
export const STEP_MARKS = ["DP", "ER", "ST", "OS", "TR", "AD", "AV"];
const MINUTES = 24 * 60;

/** `22:41`, `2241` or `941` -> minutes after midnight; null for anything else. @param {string} typed */
export function minutesOf(typed) {
  const found = /^(\d{1,2}):?(\d{2})$/.exec(typed.trim());
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2])];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}

/** @param {number} at ms @param {string} zone @returns {number} how far the zone's clock is ahead of UTC then, ms */
function aheadOf(at, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  }).formatToParts(new Date(at));
  const part = (/** @type {string} */ type) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute")) - Math.floor(at / 60_000) * 60_000;
}

/** The moment at which the zone's clock shows it. @param {string} day @param {number} minutes @param {string} zone @returns {string} RFC 3339 */
export function instant(day, minutes, zone) {
  const shown = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000;
  const near = shown - aheadOf(shown, zone);
  return new Date(shown - aheadOf(near, zone)).toISOString();
}

/**
 * @param {Sheet} sheet @param {string} zone
 * @returns {{ body: Record<string, any>, wrong: string[] }} `wrong`: the fields that no time can be read from, and lines of times without their unit
 */
export function bodyOf(sheet, zone) {
  /** @type {string[]} */
  const wrong = [];
  const received = minutesOf(sheet.received);
  const at = (/** @type {string} */ typed, /** @type {string} */ field) => {
    if (!typed.trim()) return null;
    const minutes = minutesOf(typed);
    if (minutes === null) wrong.push(field);
    if (minutes === null || received === null) return null;
    return instant(sheet.day, minutes < received ? minutes + MINUTES : minutes, zone);
  };
  const body = {
    number: sheet.number.trim(),
    received_at: at(sheet.received, "received"),
    closed_at: at(sheet.closed, "closed"),
    triaged_at: at(sheet.triaged, "triaged"),
    location: { text: sheet.place.trim(), unit: sheet.apartment.trim() },
    type: sheet.type,
    priority: sheet.priority ? Number(sheet.priority) : null,
    caller: { name: sheet.callerName.trim(), phone: sheet.callerPhone.trim() },
    person: { name: sheet.personName.trim(), description: sheet.description.trim() },
    answers: Object.fromEntries(Object.entries(sheet.answers).filter(([, answer]) => answer)),
    disposition: sheet.disposition,
    outcome: sheet.outcome.trim(),
    units: sheet.units.flatMap((line, place) => {
      const [unit, field] = [line.unit.trim().toUpperCase(), `units.${place}`];
      if (!unit && (line.destination.trim() || STEPS.some((step) => line.times[step]?.trim()))) wrong.push(field);
      return unit ? [{ unit, destination: line.destination.trim(), ...Object.fromEntries(STEPS.map((step) => [step, at(line.times[step] ?? "", field)])) }] : [];
    }),
    notes: sheet.notes.flatMap((line, place) => (line.text.trim() ? [{ text: line.text.trim(), at: at(line.at || sheet.received, `notes.${place}`) }] : [])),
  };
  if (received === null && !wrong.includes("received")) wrong.push("received");
  if (!sheet.closed.trim()) wrong.push("closed");
  return { body, wrong };
}

/** An empty sheet of this day. @param {string} day @returns {Sheet} */
export const emptySheet = (day) => ({
  number: "", day, received: "", triaged: "", closed: "", place: "", apartment: "", type: "", priority: "", callerName: "", callerPhone: "",
  personName: "", description: "", disposition: "", outcome: "", answers: {}, units: [emptyUnit()], notes: [emptyNote()],
});
/** @returns {UnitLine} */
export const emptyUnit = () => ({ unit: "", times: {}, destination: "" });
/** @returns {NoteLine} */
export const emptyNote = () => ({ at: "", text: "" });
