// @ts-check
/** The page on which a responder who is on no unit yet signs on to one. */
import { html, render } from "lit-html";
import { Api } from "../api.js";
import { t } from "../i18n.js";
import { languageSwitch } from "./parts.js";
import { SigningOn } from "./unit_crew.js";

const facts = document.body.dataset;
const root = /** @type {HTMLElement} */ (document.getElementById("unit"));
root.replaceChildren(); // the "starting" words of the page's HTML
const signing = new SigningOn({
  api: new Api({ user: facts.user, onSignedOut: () => location.assign("/login/?next=/unit/crew/") }), zone: facts.zone ?? "America/New_York",
  changed: draw, done: () => location.assign("/unit/"),
});

function draw() {
  const theme = document.documentElement.dataset.theme;
  render(html`<header><h1>${t("Sign on")}</h1><span class="connection"></span>${languageSwitch()}
      <button type="button" class="button theme" data-theme-switch="dark glare" aria-pressed=${theme === "glare"}>${t("Glare")}</button></header>
    <main class="crew-page">${signing.view()}
      <button type="submit" form="sign-out" class="button">${t("Sign out")}</button></main>`, root);
}

document.addEventListener("themechange", draw);
draw();
void signing.load();
