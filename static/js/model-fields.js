/**
 * Shows the fields that the chosen model knows, and no others.
 *
 *   <model-fields>
 *     <select name="checkpoint">
 *       <option data-recipe="notes" data-composer="chopin" data-composers='["bach", "chopin"]'>
 *     </select>
 *     <div data-recipe="notes"><select name="composer">…</select></div>
 *   </model-fields>
 *
 * A field without a recipe is for every model. What is not shown is not sent.
 * Without this script all fields are there, and the server passes over the rest.
 */
class ModelFields extends HTMLElement {
  #model;

  connectedCallback() {
    this.#model = this.querySelector("select[name=checkpoint]");
    this.#model.addEventListener("change", () => this.#follow());
    // A browser may put back, after this, what was chosen on an earlier visit.
    window.addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow() {
    const { recipe, composer, composers } = this.#model.selectedOptions[0].dataset;
    for (const field of this.querySelectorAll("[data-recipe]:not(option)")) {
      show(field, field.dataset.recipe === recipe);
    }
    this.#offer(JSON.parse(composers), composer);
  }

  #offer(known, own) {
    const select = this.querySelector("select[name=composer]");
    if (!select || select.disabled) return;
    for (const option of select.options) {
      option.disabled = option.hidden = !known.includes(option.value);
    }
    if (!known.includes(select.value)) select.value = own;
    if (known.length < 2) show(select.closest("[data-recipe]"), false);
  }
}

function show(field, isShown) {
  field.hidden = !isShown;
  for (const input of field.querySelectorAll("input, select")) input.disabled = !isShown;
}

customElements.define("model-fields", ModelFields);
