// @ts-check
/**
 * A button that acts only when held for a second: a sleeve, a seat belt or a nervous double tap sets nothing off. Works by touch,
 * mouse and keyboard; a screen reader's single activation asks for a second one within five seconds.
 */

const HOLD_MS = 1000;
const SECOND_PRESS_MS = 5000;

/**
 * @param {HTMLElement} button gets the class `holding` while held, `armed` between two activations
 * @param {() => void} act
 */
export function holdToAct(button, act) {
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;
  let handled = false;

  const begin = () => {
    if (timer !== null || button.getAttribute("aria-disabled") === "true") return;
    button.classList.add("holding");
    timer = setTimeout(() => {
      end();
      button.classList.remove("armed");
      act();
    }, HOLD_MS);
  };
  const end = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    button.classList.remove("holding");
  };
  const activateTwice = () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    if (button.classList.contains("armed")) {
      button.classList.remove("armed");
      act();
      return;
    }
    button.classList.add("armed");
    setTimeout(() => button.classList.remove("armed"), SECOND_PRESS_MS);
  };

  button.addEventListener("pointerdown", (event) => {
    handled = true;
    button.setPointerCapture(event.pointerId);
    begin();
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(name, end);
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    handled = true;
    if (!event.repeat) begin();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") end();
  });
  button.addEventListener("click", () => {
    if (!handled) activateTwice();
    handled = false;
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}
