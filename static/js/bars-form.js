/**
 * Takes over the bars that are chosen in the score.
 *
 *   <bars-form><form><input name="from_bar"> <input name="to_bar"> …</form></bars-form>
 *
 * Whoever shows the score tells which bars were chosen by an event that bubbles:
 *
 *   new CustomEvent("bars-chosen", { bubbles: true, detail: { from: 9, to: 12 } })
 *
 * Without a script the numbers are typed.
 */
class BarsForm extends HTMLElement {
  #take = (event) => {
    const { from, to } = event.detail;
    this.#put("from_bar", from);
    this.#put("to_bar", to ?? from);
  };

  connectedCallback() {
    document.addEventListener("bars-chosen", this.#take);
    this.querySelector("[name=from_bar]").addEventListener("change", () => this.#order());
  }

  disconnectedCallback() {
    document.removeEventListener("bars-chosen", this.#take);
  }

  #put(name, bar) {
    const field = this.querySelector(`[name=${name}]`);
    const [low, high] = [Number(field.min), Number(field.max)];
    field.value = Math.min(Math.max(bar, low), high);
  }

  /** The last bar is never before the first. */
  #order() {
    const [from, to] = ["from_bar", "to_bar"].map((name) => this.querySelector(`[name=${name}]`));
    if (Number(to.value) < Number(from.value)) to.value = from.value;
  }
}

customElements.define("bars-form", BarsForm);
