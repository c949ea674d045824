/**
 * Puts a slider between two words, beside the number.
 *
 *   <slider-field label="Temperature, from calmer to wilder" step="0.05">
 *     <span>calmer</span> <span>wilder</span>
 *     <input type="number" min="0.1" max="2" step="any">
 *   </slider-field>
 *
 * With follows="id_temperature" a number that is empty means: as over there. The
 * slider then stands where that one stands, until it is moved; emptied, the
 * number follows again.
 */
class SliderField extends HTMLElement {
  #number;
  #slider;
  #leader;

  connectedCallback() {
    this.#number = this.querySelector("input[type=number]");
    this.#slider = this.#made();
    this.firstElementChild.after(this.#slider);
    this.#slider.addEventListener("input", () => {
      this.#number.value = this.#slider.value;
      this.#show();
    });
    this.#number.addEventListener("input", () => this.#show());
    this.#leader = document.getElementById(this.getAttribute("follows"));
    this.#leader?.form.addEventListener("input", () => this.#show());
    window.addEventListener("pageshow", () => this.#show());
    this.#show();
  }

  #made() {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = this.#number.min;
    slider.max = this.#number.max;
    slider.step = this.getAttribute("step");
    slider.setAttribute("aria-label", this.getAttribute("label"));
    return slider;
  }

  #show() {
    if (this.#leader) {
      this.#number.placeholder = this.#leader.value;
      this.dataset.state = this.#number.value ? "apart" : "following";
    }
    const value = this.#number.value || this.#leader?.value;
    if (value) this.#slider.value = value;
  }
}

customElements.define("slider-field", SliderField);
