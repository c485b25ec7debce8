// @ts-check
/** What the command line may know of a desk: the board, the open call, and what there is to choose from. */

/** @type {import("./commands.js").Grammar} until the reference is read */
const NO_GRAMMAR = { kinds: {}, reasons: {}, verbs: [], aliases: {} };

/** @param {import("./desk.js").Desk} desk @returns {import("./commands.js").Known} */
export function knownTo(desk) {
  const { reference } = desk;
  const teams = reference.teams ?? [];
  return {
    grammar: reference.commands ?? NO_GRAMMAR,
    units: desk.board.units,
    calls: [...desk.board.calls.values()],
    selected: desk.call,
    dispositions: reference.dispositions ?? [],
    roles: [...new Set(teams.map((/** @type {any} */ team) => team.role))],
    phoneTeams: teams.filter((/** @type {any} */ team) => team.civilian && team.phone).map((/** @type {any} */ team) => team.code),
    resources: reference.resources ?? [],
    languages: Object.entries(reference.languages ?? {}).map(([code, name]) => ({ code, name: String(name) })),
    places: (reference.facilities ?? []).map((/** @type {any} */ place) => place.name),
  };
}
