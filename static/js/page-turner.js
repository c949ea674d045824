/**
 * Turns the page with the sound, until the visitor has scrolled away.
 *
 * What counts as scrolling is the wheel, a finger, a key: the page's own scrolling
 * is none of them. Who comes back to the music is followed again.
 */
const AWAY = ["wheel", "touchmove"];
const KEYS = ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "End"];
const MARGIN = 16; // pixels of air around a system

export class PageTurner {
  #isAway = false;
  #tell;
  #left = (event) => {
    if (event.type === "keydown" && !KEYS.includes(event.key)) return;
    if (event.target.closest?.("score-player")) return;
    this.#isAway = true;
  };

  /** `tell(isAway)` hears whether there is a way back to offer. */
  constructor(tell) {
    this.#tell = tell;
    for (const name of AWAY) document.addEventListener(name, this.#left, { passive: true });
    document.addEventListener("keydown", this.#left);
  }

  end() {
    for (const name of [...AWAY, "keydown"]) document.removeEventListener(name, this.#left);
  }

  /** Follow again, wherever the visitor is. */
  comeBack() {
    this.#isAway = false;
  }

  /** Bring the box from `top` to `bottom`, in pixels of the window, into sight. */
  show(top, bottom) {
    const floor = window.innerHeight - (document.querySelector(".dock")?.offsetHeight ?? 0);
    const isSeen = top >= 0 && bottom <= floor;
    if (isSeen) this.#isAway = false;
    this.#tell(this.#isAway && !isSeen);
    if (isSeen || this.#isAway) return;
    // A quarter down, so that the line after it is in sight too.
    const place = Math.min((floor - (bottom - top)) / 4, floor - (bottom - top) - MARGIN);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollBy({ top: top - Math.max(MARGIN, place), behavior: calm ? "instant" : "smooth" });
  }
}
