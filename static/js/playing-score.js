/**
 * Lets an engraved score play: a cursor, its bar, the turning of pages, a click on a note.
 *
 *   <playing-score src="positions.json" seam="14.4" first-bar="1">
 *     <a class="sheet"><img> <svg class="marks" viewBox="0 0 2976 4209">…</svg></a>
 *   </playing-score>
 *
 * A click chooses its bar too, for what can be made out of a piece; with Shift it does
 * that alone, and so does dragging.
 * What it draws lies in the page's own units, so it is right at every size.
 */
import { BarChooser, onPage } from "./bar-chooser.js";
import { PageTurner } from "./page-turner.js";
import { follow, hear, sound } from "./sound.js";
import { Timeline } from "./timeline.js";

const SVG = "http://www.w3.org/2000/svg";
const OVER = 60; // how far cursor and bar stand out of the staves

class PlayingScore extends HTMLElement {
  #timeline;
  #turner;
  #chooser;
  #unfollow;
  #gone = new AbortController();
  #bar = shape("rect", "marks__bar");
  #cursor = shape("line", "marks__cursor");
  #line; // the system that was shown last

  async connectedCallback() {
    const src = this.getAttribute("src");
    if (!src || !this.querySelector(".marks")) return;
    const answer = await fetch(src).catch(() => null);
    if (!answer?.ok || !this.isConnected) return;
    this.#timeline = new Timeline(await answer.json());
    if (!this.#timeline.places.length || this.#timeline.places[0].seconds === undefined) return;
    this.#begin();
  }

  disconnectedCallback() {
    this.#unfollow?.();
    this.#turner?.end();
    this.#chooser?.end();
    this.#gone.abort();
  }

  /** The moments of this score, for keys that step through it. */
  get timeline() {
    return this.#timeline;
  }

  #begin() {
    const back = () => document.querySelector("[data-return]");
    this.#turner = new PageTurner((isAway) => back()?.toggleAttribute("hidden", !isAway));
    this.#chooser = new BarChooser(this, this.#timeline);
    this.#unfollow = follow((seconds, audio) => this.#show(seconds, audio));
    this.addEventListener("click", (event) => this.#seek(event));
    for (const sheet of this.querySelectorAll("a.sheet")) sheet.removeAttribute("href");
    this.addEventListener("return", ({ detail }) => this.#comeBack(detail));
    const { signal } = this.#gone;
    // Once what can be done with them stands there, over the player.
    document.addEventListener("bars-chosen", () => queueMicrotask(() => this.#uncover()), { signal });
    document.addEventListener("play", ({ target }) => target === sound() && this.#comeBack(), { signal, capture: true });
    this.dataset.state = "ready";
    this.dispatchEvent(new CustomEvent("score-ready", { bubbles: true }));
    if (sound()?.currentTime) this.#show(sound().currentTime, sound());
  }

  #show(seconds, audio) {
    const stepped = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const { page, x, bar } = this.#timeline.at(seconds, { stepped });
    const marks = this.#pages()[page];
    if (!marks) return;
    if (this.#cursor.parentNode !== marks) marks.append(this.#bar, this.#cursor);
    const [top, height] = [bar.y - OVER, bar.sy + 2 * OVER];
    place(this.#bar, { x: bar.x, y: top, width: bar.sx, height });
    place(this.#cursor, { x1: x, x2: x, y1: top, y2: top + height });
    this.dataset.author = seconds < Number(this.getAttribute("seam") ?? Infinity) ? "opening" : "machine";
    const line = `${bar.page} ${Math.round(bar.y / 10)}`;
    const isNew = line !== this.#line;
    this.#line = line;
    if (isNew && !audio.paused) this.#turn();
  }

  #turn() {
    if (!this.offsetParent) return; // the edition for another size of window
    const { top, bottom } = this.#bar.getBoundingClientRect();
    this.#turner.show(top, bottom);
  }

  /** What is chosen stays in sight. */
  #uncover() {
    const frames = [...this.querySelectorAll(".marks__frame")].map((frame) => frame.getBoundingClientRect());
    if (this.offsetParent && frames.length) this.#turner.uncover(frames[0].top, frames.at(-1).bottom);
  }

  #comeBack(how) {
    this.#turner.comeBack(how ?? {});
    if (this.#bar.isConnected) this.#turn();
  }

  #seek(event) {
    const marks = event.target.closest(".sheet")?.querySelector(".marks");
    if (!marks) return;
    event.preventDefault();
    const place = onPage(this, marks, event);
    const seconds = this.#timeline.near(...place);
    if (seconds === null) return;
    if (event.shiftKey) return void this.#chooser.reach(...place);
    this.#chooser.choose(...place);
    this.#turner.comeBack();
    hear(seconds, { play: true });
  }

  #pages() {
    return [...this.querySelectorAll(".marks")];
  }
}

function shape(name, css) {
  const element = document.createElementNS(SVG, name);
  element.setAttribute("class", css);
  return element;
}

function place(element, values) {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value.toFixed(1));
}

customElements.define("playing-score", PlayingScore);
