/**
 * Shows on the score which bars the fields name, and lets them be heard.
 *
 *   <chosen-bars first="1" label="Hear these bars">
 *     <form><input name="from_bar"> <input name="to_bar"> …</form>
 *   </chosen-bars>
 *
 * `first` is the number of the first bar in print. Two clicks on the score with Shift
 * held choose bars too: the first says from where, the second to where.
 */
import { hear, sound } from "./sound.js";

const SVG = "http://www.w3.org/2000/svg";
const OVER = 60; // how far a bar stands out of the staves

class ChosenBars extends HTMLElement {
  #gone = new AbortController();
  #button = document.createElement("button");
  #end = null; // the second at which the bars that are heard are over
  #anchor = null;

  connectedCallback() {
    const { signal } = this.#gone;
    this.#button.type = "button";
    this.#button.className = "button";
    this.#button.textContent = this.getAttribute("label");
    this.#button.hidden = true;
    this.querySelector(".choice__bars").after(this.#button);
    this.#button.addEventListener("click", () => this.#hear());
    this.addEventListener("input", () => this.#draw());
    this.addEventListener("change", () => this.#draw());
    document.addEventListener("score-ready", () => this.#draw(), { signal });
    document.addEventListener("click", (event) => this.#click(event), { signal, capture: true });
    document.addEventListener("timeupdate", (event) => this.#stop(event), { signal, capture: true });
    this.#draw();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** Which bars are chosen, as places in the list of all, from 0. */
  get #range() {
    const [from, to] = ["from_bar", "to_bar"].map((name) => this.querySelector(`[name=${name}]`).valueAsNumber);
    const first = Number(this.getAttribute("first"));
    return [from - first, to - first];
  }

  #draw() {
    const [from, to] = this.#range;
    for (const score of document.querySelectorAll("playing-score")) {
      for (const old of score.querySelectorAll(".marks__chosen")) old.remove();
      if (!score.timeline) continue;
      this.#button.hidden = false;
      const pages = score.querySelectorAll(".marks");
      for (const bar of score.timeline.bars.slice(Math.max(0, from), to + 1)) pages[bar.page]?.prepend(box(bar));
    }
  }

  #hear() {
    const bars = document.querySelector("playing-score")?.timeline?.bars;
    const [from, to] = this.#range;
    if (!bars?.[from]) return;
    this.#end = bars[to + 1]?.seconds ?? null;
    hear(bars[from].seconds, { play: true });
  }

  #stop(event) {
    const audio = sound();
    if (this.#end === null || event.target !== audio || audio.currentTime < this.#end) return;
    this.#end = null;
    audio.pause();
  }

  #click(event) {
    const sheet = event.target.closest(".sheet");
    if (!sheet || !event.shiftKey) return void (this.#end = event.target === this.#button ? this.#end : null);
    event.preventDefault();
    event.stopPropagation();
    const score = sheet.closest("playing-score");
    const marks = sheet.querySelector(".marks");
    const area = marks.getBoundingClientRect();
    const { width, height } = marks.viewBox.baseVal;
    const x = ((event.clientX - area.left) / area.width) * width;
    const y = ((event.clientY - area.top) / area.height) * height;
    const page = [...score.querySelectorAll(".marks")].indexOf(marks);
    const at = score.timeline?.bars.findIndex((bar) => bar.page === page && x >= bar.x && x <= bar.x + bar.sx && y > bar.y - OVER && y < bar.y + bar.sy + OVER);
    if (at === undefined || at < 0) return;
    const bar = at + Number(this.getAttribute("first"));
    const from = Math.min(this.#anchor ?? bar, bar);
    const to = Math.max(this.#anchor ?? bar, bar);
    this.#anchor = this.#anchor === null ? bar : null;
    this.dispatchEvent(new CustomEvent("bars-chosen", { bubbles: true, detail: { from, to } }));
    this.#draw();
  }
}

function box(bar) {
  const element = document.createElementNS(SVG, "rect");
  element.setAttribute("class", "marks__chosen");
  const values = { x: bar.x, y: bar.y - OVER, width: bar.sx, height: bar.sy + 2 * OVER };
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value.toFixed(1));
  return element;
}

customElements.define("chosen-bars", ChosenBars);
