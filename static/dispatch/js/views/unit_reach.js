// @ts-check
/** The responder page's part in reaching its crew: the sheet of one's own channels, and the tablet's messages for whoever is signed in. */
import { t } from "../i18n.js";
import { Reach, reachView, takeOverPush } from "./reach.js";
import { openSheet } from "./unit_sheets.js";

/** @param {import("../api.js").Api} api @returns {{ reach: () => void }} */
export function reachDoings(api) {
  return {
    reach: () => {
      const reach = new Reach(api, () => sheet.redraw());
      const sheet = openSheet(t("How you are reached"), () => reachView(reach));
      void reach.run(() => Promise.resolve());
    },
  };
}

export { takeOverPush };
