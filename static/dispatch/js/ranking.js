// @ts-check
/** The units that could come to the open call, in the server's order. */

/** Of several rankings at once the last one counts. @param {import("./desk.js").Desk} desk @returns {Promise<void>} */
export function rank(desk) {
  const id = desk.selected;
  if (id === null || !desk.board.calls.has(id)) return Promise.resolve();
  const ranking = desk.api.get(`/api/calls/${id}/recommendation/`).then(
    (recommendation) => {
      if (desk.ranking === ranking && desk.selected === id) desk.recommendation = recommendation;
    },
    (error) => desk.refuse(error),
  ).finally(() => {
    if (desk.ranking === ranking) desk.ranking = null;
    desk.changed();
  });
  desk.ranking = ranking;
  return ranking;
}
