/**
 * A button that plays the bars that are chosen, and stops after them.
 *
 *   <hear-bars first="1" label="Hear these bars">
 *     <form><input name="from_bar"> <input name="to_bar"> …</form>
 *   </hear-bars>
 *
 * `first` is the number of the first bar in print.
 */
import { hear } from "./sound.js";

class HearBars extends HTMLElement {
  #gone = new AbortController();
  #button = document.createElement("button");

  connectedCallback() {
    const { signal } = this.#gone;
    this.#button.type = "button";
    this.#button.className = "button";
    this.#button.textContent = this.getAttribute("label");
    this.#button.hidden = !bars();
    this.querySelector(".choice__bars").after(this.#button);
    this.#button.addEventListener("click", () => hearBars(...this.#chosen, Number(this.getAttribute("first"))));
    document.addEventListener("score-ready", () => this.#begin(), { signal });
    if (bars()) this.#begin();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  get #chosen() {
    return ["from_bar", "to_bar"].map((name) => this.querySelector(`[name=${name}]`).valueAsNumber);
  }

  /** The score marks what the form begins with; nobody has chosen it yet. */
  #begin() {
    this.#button.hidden = false;
    const [from, to] = this.#chosen;
    this.dispatchEvent(new CustomEvent("bars-chosen", { bubbles: true, detail: { from, to, isOffered: true } }));
  }
}

/** All bars of the score, with the second at which each begins. */
function bars() {
  return document.querySelector("playing-score")?.timeline?.bars;
}

/** Play the bars from one to another, by their printed numbers, where the first is `first`. */
export function hearBars(from, to, first) {
  const begin = bars()?.[from - first];
  if (begin) hear(begin.seconds, { play: true, until: bars()[to + 1 - first]?.seconds ?? null });
}

customElements.define("hear-bars", HearBars);
