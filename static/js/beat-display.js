/**
 * The beats of a bar as figures, the one that is heard in ink, and which bar it is.
 *
 *   <beat-display counted="count-in" bar="bar {bar} of {bars}">
 *     <span data-figures></span> <span data-words></span></beat-display>
 */
import { barOf, beatOf } from "./metres.js";

class BeatDisplay extends HTMLElement {
  #metre;
  #bars;

  rule({ metre, bars }) {
    this.#metre = metre;
    this.#bars = bars;
    const figures = Array.from({ length: metre.numerator }, (_, i) =>
      Object.assign(document.createElement("span"), { className: "beats__figure", textContent: i + 1 }),
    );
    this.querySelector("[data-figures]").replaceChildren(...figures);
    this.show(null);
  }

  /** Show a moment, in quarter notes from the first bar line; null is rest. */
  show(quarters) {
    const bar = barOf(this.#metre);
    const isOn = quarters !== null && quarters >= -bar;
    const number = isOn ? Math.floor(quarters / bar) : null;
    const beat = isOn ? Math.floor((quarters - number * bar) / beatOf(this.#metre)) : null;
    [...this.querySelectorAll(".beats__figure")].forEach((figure, i) => figure.toggleAttribute("data-now", i === beat));
    const words = this.querySelector("[data-words]");
    const said = isOn ? this.#said(number) : "";
    if (words.textContent !== said) words.textContent = said;
  }

  #said(number) {
    if (number < 0) return this.getAttribute("counted");
    return this.getAttribute("bar").replace("{bar}", Math.min(this.#bars, number + 1)).replace("{bars}", this.#bars);
  }
}

customElements.define("beat-display", BeatDisplay);
