/**
 * A button that plays the bars that are chosen, and stops after them.
 *
 *   <hear-bars first="1" label="Hear these bars">
 *     <form><input name="from_bar"> <input name="to_bar"> …</form>
 *   </hear-bars>
 *
 * `first` is the number of the first bar in print.
 */
import { hear, sound } from "./sound.js";

class HearBars extends HTMLElement {
  #gone = new AbortController();
  #button = document.createElement("button");
  #end = null; // the second at which the bars that are heard are over

  connectedCallback() {
    const { signal } = this.#gone;
    this.#button.type = "button";
    this.#button.className = "button";
    this.#button.textContent = this.getAttribute("label");
    this.#button.hidden = !this.#bars;
    this.querySelector(".choice__bars").after(this.#button);
    this.#button.addEventListener("click", () => this.#hear());
    document.addEventListener("score-ready", () => this.#begin(), { signal });
    document.addEventListener("click", (event) => event.target !== this.#button && (this.#end = null), { signal, capture: true });
    document.addEventListener("timeupdate", (event) => this.#stop(event), { signal, capture: true });
    if (this.#bars) this.#begin();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** All bars of the score, with the second at which each begins. */
  get #bars() {
    return document.querySelector("playing-score")?.timeline?.bars;
  }

  get #chosen() {
    return ["from_bar", "to_bar"].map((name) => this.querySelector(`[name=${name}]`).valueAsNumber);
  }

  /** The score marks what the form begins with. */
  #begin() {
    this.#button.hidden = false;
    const [from, to] = this.#chosen;
    this.dispatchEvent(new CustomEvent("bars-chosen", { bubbles: true, detail: { from, to } }));
  }

  #hear() {
    const [from, to] = this.#chosen.map((bar) => bar - Number(this.getAttribute("first")));
    if (!this.#bars?.[from]) return;
    this.#end = this.#bars[to + 1]?.seconds ?? null;
    hear(this.#bars[from].seconds, { play: true });
  }

  #stop({ target: audio }) {
    if (this.#end === null || audio !== sound() || audio.currentTime < this.#end) return;
    this.#end = null;
    audio.pause();
  }
}

customElements.define("hear-bars", HearBars);
