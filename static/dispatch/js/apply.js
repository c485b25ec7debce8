// @ts-check
/**
 * The board's reducer: snapshot + events == fresh snapshot. Pure; `dispatch/board.py` is the same in Python, and both
 * run the cases of `tests/events/cases.json`.
 */

/** @typedef {import("./types/events.d.ts").CallRow} CallRow */
/** @typedef {import("./types/events.d.ts").UnitRow} UnitRow */
/** @typedef {import("./types/events.d.ts").AlertRow} AlertRow */
/** @typedef {import("./types/events.d.ts").Changes} Changes */

/**
 * Where a unit was last seen; times are RFC 3339 UTC. Ephemeral: newest wins, never in the log.
 * @typedef {{ lat: number | null, lon: number | null, fix_at: string | null, heading?: number | null,
 *   speed_mps?: number | null, accuracy_m?: number | null, tablet_seen_at?: string | null }} Presence
 */

/** @typedef {{ version: number, at: string, calls: CallRow[], units: UnitRow[], alerts: AlertRow[],
 *   presence?: Record<string, Presence> }} Snapshot */

/** @typedef {{ version: number, calls: Map<string, CallRow>, units: Map<string, UnitRow>,
 *   alerts: Map<string, AlertRow>, presence: Map<string, Presence> }} Board */

/**
 * One event as the API and the socket give it. `prev` comes on a unit's socket only.
 * @typedef {{ v: number, type: string, at: string, by: string, call?: string, unit?: string, prev?: number,
 *   data: { changes?: Partial<Changes>, [field: string]: any } }} EventFrame
 */

/** @typedef {{ type: "position", unit: string } & Presence} PositionFrame */

const ENDED = new Set(["closed", "cancelled", "merged"]);

/** @type {(row: CallRow) => boolean} */
const callLeaves = (row) => ENDED.has(row.status ?? "");
/** @type {(row: UnitRow) => boolean} */
const unitLeaves = (row) => row.status === "GONE";
/** @type {(row: AlertRow) => boolean} */
const alertLeaves = (row) => Boolean(row.cleared_at);

/** @returns {Board} an empty board at version 0 */
export function emptyBoard() {
  return { version: 0, calls: new Map(), units: new Map(), alerts: new Map(), presence: new Map() };
}

/**
 * @param {Snapshot} snapshot as `GET /api/board/` gives it
 * @returns {Board}
 */
export function boardFrom(snapshot) {
  return {
    version: snapshot.version,
    calls: new Map(snapshot.calls.map((row) => [String(row.id), row])),
    units: new Map(snapshot.units.map((row) => [String(row.unit), row])),
    alerts: new Map(snapshot.alerts.map((row) => [String(row.id), row])),
    presence: new Map(Object.entries(snapshot.presence ?? {})),
  };
}

/**
 * @template Row
 * @param {Map<string, Row>} rows
 * @param {Partial<Row>[] | undefined} changed
 * @param {(row: Partial<Row>) => unknown} keyOf
 * @param {(row: Row) => boolean} leaves
 * @returns {Map<string, Row>} the same map when nothing changed, so that a view can tell by identity
 */
function merge(rows, changed, keyOf, leaves) {
  if (!changed || changed.length === 0) return rows;
  const merged = new Map(rows);
  for (const row of changed) {
    const key = String(keyOf(row));
    const now = /** @type {Row} */ ({ ...merged.get(key), ...row });
    if (leaves(now)) merged.delete(key);
    else merged.set(key, now);
  }
  return merged;
}

/**
 * The board after one event. The caller sees to it that events come once and in order.
 * @param {Board} board
 * @param {EventFrame} event
 * @returns {Board}
 */
export function applyEvent(board, event) {
  const changes = event.data.changes ?? {};
  return {
    version: event.v,
    calls: merge(board.calls, changes.calls, (row) => row.id, callLeaves),
    units: merge(board.units, changes.units, (row) => row.unit, unitLeaves),
    alerts: merge(board.alerts, changes.alerts, (row) => row.id, alertLeaves),
    presence: board.presence,
  };
}

/**
 * The board after a position. An older fix than the one shown is dropped.
 * @param {Board} board
 * @param {PositionFrame} frame
 * @returns {Board}
 */
export function applyPosition(board, frame) {
  const { type: _type, unit, ...position } = frame;
  const known = board.presence.get(unit);
  if (known?.fix_at && position.fix_at && position.fix_at < known.fix_at) return board;
  const presence = new Map(board.presence);
  presence.set(unit, { ...known, ...position });
  return { ...board, presence };
}
