// @ts-check
/** How long a crew may go on unasked after it said that it is well. Pure. */

/** @typedef {{ welfare_every_s: number, welfare_longest_s: number, welfare_tier_s?: Record<string, number> }} Timers of `GET /api/reference/` */

/** The programme's, until the center's own are read. @type {Timers} */
const PROGRAMME = { welfare_every_s: 900, welfare_longest_s: 1800, welfare_tier_s: { 1: 900, 2: 900, 3: 1800, 4: 1800 } };
const OFFERED = [5, 15, 30];

/**
 * Minutes to the next check: `usual`, and the others that a crew may ask for at this tier. The server cuts what is too long.
 * @param {Timers | undefined} timers @param {number | null | undefined} tier
 */
export function welfareChoices(timers, tier) {
  const { welfare_every_s: every, welfare_longest_s: longest, welfare_tier_s: byTier } = timers ?? PROGRAMME;
  const most = Math.min(longest, byTier?.[String(tier)] ?? longest) / 60;
  const usual = Math.min(every / 60, most);
  return { usual, others: OFFERED.filter((minutes) => minutes <= most && minutes !== usual) };
}
