// Loaded in <head> before anything is painted, hence a classic script. The choice stays on this machine.
(() => {
  const KEY = "hearteam.theme";
  const THEMES = ["dark", "light", "glare"];
  const root = document.documentElement;

  /** @param {string | null} theme */
  const show = (theme) => {
    root.dataset.theme = theme !== null && THEMES.includes(theme) ? theme : "dark";
    document.dispatchEvent(new CustomEvent("themechange", { detail: root.dataset.theme }));
  };

  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser without storage still works, in dark
    }
  };

  show(kept());
  window.addEventListener("storage", (event) => {
    if (event.key === KEY) show(event.newValue);
  });

  // Any button with data-theme-switch="dark glare" goes round the themes it names (all of them when it names none).
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-theme-switch]") : null;
    if (!(button instanceof HTMLElement)) return;
    const named = (button.dataset.themeSwitch ?? "").split(" ").filter((name) => THEMES.includes(name));
    const round = named.length > 0 ? named : THEMES;
    const next = round[(round.indexOf(root.dataset.theme ?? "") + 1) % round.length];
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // shown all the same, forgotten with the page
    }
    show(next);
  });
})();
