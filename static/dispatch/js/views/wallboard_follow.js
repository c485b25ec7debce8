// @ts-check
/** A page that only watches the board: its store, its socket, the server's clock, and how fresh all of it is. */
import { Api } from "../api.js";
import { t } from "../i18n.js";
import { Fresh } from "../freshness.js";
import { pageLink } from "../socket.js";
import { boardStore } from "../store.js";
import { Clock, formatDuration, timeOfDay } from "../time.js";

const POLL_MS = 5000;

/** @returns {{ store: import("../store.js").Store<import("../apply.js").Board>, clock: Clock, api: Api, freshness: () => { fresh: boolean, text: string } }} */
export function followBoard() {
  const clock = new Clock();
  const zone = document.body.dataset.zone ?? "America/New_York";
  const fresh = new Fresh();
  const toLogin = () => location.assign(`/login/?next=${encodeURIComponent(location.pathname)}`);
  const api = new Api({ onSignedOut: toLogin });
  const store = boardStore({
    get: async (path) => {
      const answer = await api.get(path);
      if (answer.at) clock.stamp(answer.at);
      return answer;
    },
  });
  const link = pageLink("/ws/board/", {
    version: () => (store.loaded ? store.version : null),
    onFrame: (frame) => {
      if (frame.at && frame.type === "heartbeat") clock.stamp(frame.at);
      store.receive(frame);
    },
    onState: (state) => {
      fresh.see(state, store);
      if (state.status === "signed_out" || state.status === "refused") toLogin();
    },
    signedIn: () => api.get("/api/me/").then(() => true, (error) => error.status !== 401),
  });
  void store.reload().finally(() => link.start());
  setInterval(() => link.state.status !== "live" && void store.reload(), POLL_MS);
  const freshness = () => {
    const state = fresh.state(link.state, store, Date.now());
    if (fresh.asOf === 0) return { fresh: false, text: t("No data yet") };
    if (state !== "stale") return { fresh: true, text: t("Live") };
    const since = timeOfDay(fresh.asOf + clock.offset, zone);
    return { fresh: false, text: t("DATA STALE since {time} ({duration})", { time: since, duration: formatDuration(Date.now() - fresh.asOf) }) };
  };
  return { store, clock, api, freshness };
}
