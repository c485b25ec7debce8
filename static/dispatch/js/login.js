// After a sign-out nothing of the shift may stay on a shared machine. The theme says nothing about anybody.
const THEME = "hearteam.theme";

if (document.querySelector("form")?.dataset.signedOut === "yes") {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("hearteam.") && key !== THEME) localStorage.removeItem(key);
  }
  sessionStorage.clear();
  history.replaceState(null, "", location.pathname);
}
