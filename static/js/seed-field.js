/**
 * A seed that is random until it is touched, and then stays.
 *
 *   <seed-field max="4294967295" again="Random again"><input …></seed-field>
 *
 * Without this script an empty field means random: the server draws.
 */
class SeedField extends HTMLElement {
  #input;
  #again;

  connectedCallback() {
    this.#input = this.querySelector("input");
    this.#again = this.#button();
    this.#input.addEventListener("input", () => this.#lock());
    if (this.#input.value) this.#lock();
    else this.#draw();
    // A page that comes back from the browser's memory is a new visit.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && this.dataset.state === "random") this.#draw();
    });
  }

  #button() {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.getAttribute("again");
    button.addEventListener("click", () => {
      this.#draw();
      this.#input.focus();
    });
    this.append(button);
    return button;
  }

  #lock() {
    if (!this.#input.value) return this.#rest("random");
    this.#rest("locked");
  }

  #draw() {
    const limit = Number(this.getAttribute("max")) + 1;
    this.#input.value = Math.floor(Math.random() * limit);
    this.#rest("random");
  }

  #rest(state) {
    this.dataset.state = state;
    this.#again.hidden = state === "random";
  }
}

customElements.define("seed-field", SeedField);
