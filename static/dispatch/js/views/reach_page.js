// @ts-check
/** `/reach/`: a person's own channels, for people at the desk and for crews off the tablet. */
import { render } from "lit-html";
import { Api } from "../api.js";
import { Reach, reachView } from "./reach.js";

const root = /** @type {HTMLElement} */ (document.getElementById("reach"));
const api = new Api({ onSignedOut: () => location.assign("/login/?next=/reach/") });
const reach = new Reach(api, () => render(reachView(reach), root));
root.replaceChildren();
reach.onChange();
void reach.run(() => Promise.resolve());
