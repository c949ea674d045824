/**
 * A piano roll of a take: quarter notes across, pitches up, a line at each bar.
 *
 *   <take-roll class="roll" label="…"></take-roll>
 *
 * The bar that is counted in stands before the first; an upbeat lies in it. Where
 * the notes are drawn to a grid, what was played stays faint behind them.
 */
import { barOf, beatOf } from "./metres.js";

const SVG = "http://www.w3.org/2000/svg";
const [LOWEST, HIGHEST] = [48, 84]; // what an empty roll shows
const MARGIN = 2; // semitones above and below

export class TakeRoll extends HTMLElement {
  #svg = document.createElementNS(SVG, "svg");
  #parts = {};
  #span = { bar: 4, end: 16, top: HIGHEST, height: HIGHEST - LOWEST };

  connectedCallback() {
    if (this.firstChild) return;
    this.#svg.setAttribute("preserveAspectRatio", "none");
    this.#svg.setAttribute("role", "img");
    this.#svg.setAttribute("aria-label", this.getAttribute("label"));
    for (const name of ["beats", "bars", "begin", "played", "notes", "cursor"]) {
      this.#parts[name] = this.#svg.appendChild(document.createElementNS(SVG, "path"));
      this.#parts[name].setAttribute("class", `roll__${name}`);
    }
    this.append(this.#svg);
  }

  /** Rule the paper for so many bars. */
  rule({ metre, bars }) {
    this.#span = { ...this.#span, metre, bar: barOf(metre), end: bars * barOf(metre) };
    this.draw([]);
    this.cursor(null);
  }

  draw(notes, played = []) {
    const pitches = [...notes, ...played].map(({ pitch }) => pitch);
    const top = Math.max(HIGHEST, ...pitches) + MARGIN;
    const height = top - Math.min(LOWEST, ...pitches) + MARGIN;
    this.#span = { ...this.#span, top, height };
    const { bar, end, metre } = this.#span;
    this.#svg.setAttribute("viewBox", `${-bar} 0 ${bar + end} ${height}`);
    this.#put("beats", lines(-bar, end, beatOf(metre), height));
    this.#put("bars", lines(bar, end + bar, bar, height));
    this.#put("begin", `M0 0v${height}`);
    this.#put("notes", strokes(notes, top));
    this.#put("played", strokes(played, top));
  }

  /** Stand at a moment, in quarter notes; null is nowhere. */
  cursor(quarters) {
    const isThere = quarters !== null && quarters >= -this.#span.bar && quarters <= this.#span.end;
    this.#put("cursor", isThere ? `M${quarters.toFixed(3)} 0v${this.#span.height}` : "");
  }

  #put(name, path) {
    this.#parts[name].setAttribute("d", path);
  }
}

function lines(begin, end, step, height) {
  const count = Math.round((end - begin) / step);
  return Array.from({ length: count }, (_, i) => `M${begin + i * step} 0v${height}`).join("");
}

function strokes(notes, top) {
  return notes.map(({ onset, duration, pitch }) => `M${onset.toFixed(3)} ${top - pitch}h${duration.toFixed(3)}`).join("");
}

customElements.define("take-roll", TakeRoll);
