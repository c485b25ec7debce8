// After a sign-out nothing of the shift may stay on a shared machine. The theme says nothing about anybody.
// Whoever sees this page is not signed in: what a tablet kept to be shown goes; taps wait for the same person's next sign-in.
import { forgetState, openTablet, wipe } from "./tablet_store.js";

const THEME = "hearteam.theme";
const signedOut = document.querySelector("form")?.dataset.signedOut === "yes";

if (signedOut) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("hearteam.") && key !== THEME) localStorage.removeItem(key);
  }
  sessionStorage.clear();
  history.replaceState(null, "", location.pathname);
}

openTablet().then((database) => (signedOut ? wipe(database) : forgetState(database))).then(
  () => signedOut && "BroadcastChannel" in globalThis && new BroadcastChannel("hearteam.tablet").postMessage({ left: true }),
  () => {}, // a browser that keeps nothing
);
