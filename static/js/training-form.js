/**
 * Shows the fields that the chosen recipe knows and the composers whose music is chosen, and
 * asks the server how long the training would take, whenever something is changed, and
 * again after a while where the answer says that it is not known well yet.
 *
 *   <training-form estimate="/trainings/new/?fragment=1">
 *     <form>… <div data-recipe="notes">…</div> … <div data-estimate></div></form>
 *   </training-form>
 *
 * Without this script all fields are there, and a button asks.
 */
const PAUSE_MS = 300;
const AGAIN_MS = 5000;

class TrainingForm extends HTMLElement {
  #form;
  #timer;

  connectedCallback() {
    this.#form = this.querySelector("form");
    for (const button of this.querySelectorAll("[data-no-script]")) button.hidden = true;
    this.#form.addEventListener("input", () => this.#follow());
    // A browser may put back, after this, what was chosen on an earlier visit.
    window.addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow() {
    const recipe = this.#form.elements.recipe.value;
    for (const field of this.querySelectorAll("[data-recipe]")) {
      field.hidden = field.dataset.recipe !== recipe;
      for (const input of field.querySelectorAll("input, select")) input.disabled = field.hidden;
    }
    this.#offer();
    this.#askIn(PAUSE_MS);
  }

  #askIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), milliseconds);
  }

  /** Offer the composers of the corpora that are ticked. */
  #offer() {
    const boxes = [...this.querySelectorAll("[data-composers]")].filter((box) => box.checked);
    const known = new Set(boxes.flatMap((box) => JSON.parse(box.dataset.composers)));
    const select = this.#form.elements.composer;
    for (const option of select.options) {
      option.disabled = option.hidden = known.size > 0 && !known.has(option.value);
    }
    const first = [...select.options].find((option) => !option.disabled);
    if (select.selectedOptions[0]?.disabled && first) select.value = first.value;
  }

  async #ask() {
    const chosen = new FormData(this.#form);
    chosen.set("estimate", "1");
    const answer = await fetch(this.getAttribute("estimate"), { method: "POST", body: chosen });
    if (!answer.ok) return;
    const place = this.querySelector("[data-estimate]");
    place.innerHTML = await answer.text();
    if (place.querySelector("[data-again]")) this.#askIn(AGAIN_MS);
  }
}

customElements.define("training-form", TrainingForm);
