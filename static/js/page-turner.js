/**
 * Turns the page with the sound, until the visitor scrolls or chooses bars.
 *
 * What counts as scrolling is all but the turning itself: the wheel, a finger, a key, the
 * scroll bar, a link to another place of the page. Who scrolled is followed again when they
 * press play or move the cursor; while bars are chosen the page stays where it is, unless it
 * is asked to follow.
 */
import { sound } from "./sound.js";

const AWAY = ["wheel", "touchmove", "keydown", "pointerdown", "scroll"];
const KEYS = ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "End"];
const MARGIN = 16; // pixels of air around a system
const TURNING_MS = 1200; // that a page takes to turn, at most

export class PageTurner {
  #isAway = false; // the visitor has scrolled
  #isHeld = false; // bars are chosen
  #turned = -TURNING_MS; // when a page began to turn
  #tell;
  #gone = new AbortController();

  /** `tell(isLeft)` hears whether there is a way back to offer. */
  constructor(tell) {
    this.#tell = tell;
    const { signal } = this.#gone;
    for (const name of AWAY) document.addEventListener(name, (event) => this.#leave(event), { passive: true, signal });
    document.addEventListener("bars-chosen", ({ detail }) => (this.#isHeld = !detail.isOffered), { signal });
    document.addEventListener("bars-stretched", () => (this.#isHeld = true), { signal });
    document.addEventListener("bars-let-go", () => (this.#isHeld = false), { signal });
    window.addEventListener("hashchange", (event) => this.#leave(event), { signal });
    document.addEventListener("pause", () => this.#tell(false), { signal, capture: true });
  }

  end() {
    this.#gone.abort();
  }

  /** Follow again, wherever the visitor is; with `isAsked`, though bars are chosen. */
  comeBack({ isAsked = false } = {}) {
    this.#isAway = false;
    if (isAsked) this.#isHeld = false;
  }

  /** Bring the box from `top` to `bottom`, in pixels of the window, into sight. */
  show(top, bottom) {
    const isSeen = top >= 0 && bottom <= floor();
    this.#tell(this.#isAway || (this.#isHeld && !isSeen && !this.#isTurning));
    if (isSeen || this.#isAway || this.#isHeld) return;
    // A quarter down, so that the line after it is in sight too.
    const room = floor() - (bottom - top);
    this.#turn(top - Math.max(MARGIN, Math.min(room / 4, room - MARGIN)));
  }

  /** Bring the box out from under the dock, as far as its top stays in sight. */
  uncover(top, bottom) {
    const by = Math.min(bottom + MARGIN - floor(), top - MARGIN);
    if (by > 0 && top < window.innerHeight) this.#turn(by);
  }

  get #isTurning() {
    return performance.now() - this.#turned < TURNING_MS;
  }

  #turn(by) {
    this.#turned = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollBy({ top: by, behavior: calm ? "instant" : "smooth" });
  }

  #leave(event) {
    if (event.type === "keydown" && !KEYS.includes(event.key)) return;
    if (event.type === "pointerdown" && event.clientX < document.documentElement.clientWidth) return;
    if (event.type === "scroll" && this.#isTurning) return;
    if (event.target.closest?.("score-player")) return;
    this.#isAway = true;
    this.#tell(sound()?.paused === false);
  }
}

/** How far down the window the score is seen: to the dock. */
function floor() {
  return window.innerHeight - (document.querySelector(".dock")?.offsetHeight ?? 0);
}
