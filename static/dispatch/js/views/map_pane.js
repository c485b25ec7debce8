// @ts-check
/** The map in the console's pane 5, where there is room for it. */
import { listenForPlaces, placeFromMap } from "../place_from_map.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** Now, or once the window is large enough to show the pane. @param {Desk} desk */
export async function mountMapPane(desk) {
  listenForPlaces(desk);
  const element = document.getElementById("map-canvas");
  if (!element) return;
  await new Promise((hasRoom) => {
    const sized = new ResizeObserver(() => {
      if (element.clientHeight === 0) return;
      sized.disconnect();
      hasRoom(null);
    });
    sized.observe(element);
  });
  const { mountMap } = await import("./map.js");
  const map = mountMap(element, desk.store, {
    now: () => desk.clock.now(),
    get: (path) => desk.api.get(path),
    rings: true,
    onSelect: (kind, id) => (kind === "call" ? desk.open(id) : desk.lists.change("units", { cursor: id })),
    onPlace: (lat, lon) => placeFromMap(desk, lat, lon),
  });
  let shown = desk.selected;
  if (shown !== null) map.select(shown);
  desk.onDrawn = () => {
    if (desk.selected !== shown) map.select((shown = desk.selected));
  };
}
