// After a sign-out nothing of the shift may stay on a shared machine. The theme says nothing about anybody.
// Whoever sees this page is not signed in: what a tablet kept to be shown goes; taps wait for the same person's next sign-in.

const THEME = "hearteam.theme";
const signedOut = document.querySelector("form")?.dataset.signedOut === "yes";

if (signedOut) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("hearteam.") && key !== THEME) localStorage.removeItem(key);
  }
  sessionStorage.clear();
  history.replaceState(null, "", location.pathname);
}

// The sheet that a console kept for when no server answers (paper_kept.js) names people: it is for who is signed in.
globalThis.caches?.delete("hearteam.paper").catch(() => {});

// Asked for now, not with this page: what is above is cleared also where the rest of us cannot be loaded.
import("./tablet_store.js").then(async ({ forgetState, openTablet, wipe }) => {
  const database = await openTablet();
  await (signedOut ? wipe(database) : forgetState(database));
  if (signedOut && "BroadcastChannel" in globalThis) new BroadcastChannel("hearteam.tablet").postMessage({ left: true });
}).catch(() => {}); // a browser that keeps nothing
