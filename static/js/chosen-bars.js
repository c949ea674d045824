/**
 * What can be done with bars that were chosen in the score, over the player.
 *
 *   <chosen-bars hidden bar="bar {n}" bars="bars {first} to {last}">
 *     <output></output>
 *     <button data-step="from -1">−</button> <span data-bar="from"></span> …
 *     <button data-hear-bars>…</button>
 *     <button form="bars" data-deed="rewrite"><small data-stays="…" data-first="…" …></small></button>
 *     <button data-let-go>…</button>
 *   </chosen-bars>
 *
 * The steps move one end by a bar, for a finger and for the keyboard. The deeds send the
 * form of the bars, wherever on the page that stands, and say beforehand what they leave, or
 * why they cannot be: here and in the form the same. The form knows which bars can be meant.
 */
import { hearBars } from "./hear-bars.js";

const REST_MS = 400; // a second tap is still meant for the score

class ChosenBars extends HTMLElement {
  #chosen = null;
  #gone = new AbortController();

  connectedCallback() {
    const { signal } = this.#gone;
    document.addEventListener("bars-chosen", ({ detail }) => this.#show(detail), { signal });
    document.addEventListener("bars-let-go", () => (this.hidden = true), { signal });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && !this.hidden && this.#letGo(), { signal });
    this.addEventListener("click", ({ target }) => this.#press(target.closest("button")));
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** The number of the first bar of the score. */
  get #first() {
    return Number(document.querySelector("playing-score").getAttribute("first-bar"));
  }

  #press(button) {
    if (button?.dataset.step) this.#step(...button.dataset.step.split(" "));
    else if (button?.matches("[data-hear-bars]")) hearBars(this.#chosen.from, this.#chosen.to, this.#first);
    else if (button?.matches("[data-let-go]")) this.#letGo();
  }

  #step(end, by) {
    const bar = Math.min(Math.max(this.#chosen[end] + Number(by), this.#first), limits().high);
    const detail = { ...this.#chosen, [end]: bar };
    if (detail.from > detail.to) detail.from = detail.to = bar;
    this.dispatchEvent(new CustomEvent("bars-chosen", { bubbles: true, detail }));
  }

  #letGo() {
    this.dispatchEvent(new CustomEvent("bars-let-go", { bubbles: true }));
  }

  #show({ from, to = from }) {
    this.#chosen = { from, to };
    const words = this.getAttribute(to === from ? "bar" : "bars");
    this.querySelector("output").textContent = fill(words, from, to);
    for (const [end, bar] of Object.entries(this.#chosen)) {
      this.querySelector(`[data-bar=${end}]`).textContent = bar;
    }
    const { low, high, most } = limits();
    const isFirst = from < low && "first";
    this.#say("go-on", isFirst || "stays");
    // Neither the first bar nor the last: music stands on both sides.
    this.#say("rewrite", isFirst || (to >= high && "last") || (to - from >= most && "most") || "stays");
    if (!this.hidden) return;
    this.hidden = false;
    this.inert = true;
    setTimeout(() => (this.inert = false), REST_MS);
  }

  /** What stays where a deed is done, or why it is not: here, and where the form stands. */
  #say(deed, what) {
    const { from, to } = this.#chosen;
    for (const button of document.querySelectorAll(`[data-deed=${deed}]`)) {
      const words = button.querySelector("small");
      button.disabled = what !== "stays";
      words.textContent = fill(words.dataset[what], from, to);
    }
  }
}

/** Between which bars one can begin anew, and how many can be rewritten at once. */
function limits() {
  const form = document.getElementById("bars");
  const { min, max } = form.elements.from_bar;
  return { low: Number(min), high: Number(max), most: Number(form.dataset.most) };
}

function fill(words, from, to) {
  return words.replace("{n}", from).replace("{first}", from).replace("{last}", to);
}

customElements.define("chosen-bars", ChosenBars);
