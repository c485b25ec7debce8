// @ts-check
/** The window of `/map/`: the live map, how fresh it is, and the call that the console next to it has open. */
import { t, tn } from "../i18n.js";
import { tellPlace } from "../place_from_map.js";
import { shareSelection } from "../selection.js";
import { timeOfDay } from "../time.js";
import { mountMap } from "./map.js";
import { trackButton } from "./map_track.js";
import { followBoard } from "./wallboard_follow.js";

const { store, clock, api, freshness } = followBoard();
const zone = document.body.dataset.zone ?? "America/New_York";
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

const map = mountMap(byId("map"), store, {
  now: () => clock.now(),
  get: (path) => api.get(path),
  onSelect: (kind, id) => {
    const call = kind === "call" ? id : (store.state.units.get(id)?.call ?? null);
    if (call === null) return;
    open(call);
    tell(call);
  },
  onPlace: (lat, lon) => void tellPlace(lat, lon).then((taken) => {
    byId("said").textContent = taken ? t("The console has the place.") : t("No console is open on this desk.");
  }),
});
/** @type {string | null} */
let opened = null;
const anotherCall = trackButton(document.getElementById("track"), {
  call: () => opened, get: (path) => api.get(path), show: (units) => map.track(units, zone), say: (words) => { byId("said").textContent = words; },
});

/** @param {string | null} call */
function open(call) {
  if (call !== opened) anotherCall();
  opened = call;
  map.select(call);
}

const tell = shareSelection({ selected: () => null, onSelect: open });
byId("fit").addEventListener("click", () => map.fit());

setInterval(() => {
  const { fresh, text } = freshness();
  byId("freshness").textContent = text;
  byId("freshness").dataset.fresh = String(fresh);
  byId("clock").textContent = timeOfDay(clock.now(), zone);
  const calls = [...store.state.calls.values()];
  const placed = calls.filter((call) => typeof call.location?.lat === "number").length;
  byId("counts").textContent = tn("{count} call on the map", "{count} calls on the map", placed) + (placed < calls.length ? `, ${t("{calls} without a position", { calls: calls.length - placed })}` : "");
}, 1000);
