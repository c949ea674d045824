/**
 * Puts a slider between "calmer" and "wilder", beside the number.
 *
 *   <temperature-field>
 *     <span>calmer</span> <span>wilder</span>
 *     <input type="number" min="0.1" max="2" step="any">
 *   </temperature-field>
 */
class TemperatureField extends HTMLElement {
  connectedCallback() {
    const number = this.querySelector("input[type=number]");
    const slider = this.#slider(number);
    this.firstElementChild.after(slider);
    slider.addEventListener("input", () => {
      number.value = slider.value;
    });
    number.addEventListener("input", () => {
      if (number.value) slider.value = number.value;
    });
  }

  #slider(number) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = number.min;
    slider.max = number.max;
    slider.step = this.getAttribute("step");
    slider.value = number.value;
    slider.setAttribute("aria-label", this.getAttribute("label"));
    return slider;
  }
}

customElements.define("temperature-field", TemperatureField);
