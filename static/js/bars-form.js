/**
 * Takes over the bars that are chosen in the score.
 *
 *   <bars-form><form><input name="from_bar"> <input name="to_bar"> …</form></bars-form>
 *
 * Whoever shows the score tells which bars were chosen by an event that bubbles:
 *
 *   new CustomEvent("bars-chosen", { bubbles: true, detail: { from: 9, to: 12 } })
 *
 * Numbers that are typed are told by the same event. Without a script they are typed, and sent.
 */
class BarsForm extends HTMLElement {
  #take = (event) => {
    const { from, to } = event.detail;
    this.#put("from_bar", from);
    this.#put("to_bar", to ?? from);
  };

  connectedCallback() {
    document.addEventListener("bars-chosen", this.#take);
    this.addEventListener("change", () => this.#order());
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
    const fields = ["from_bar", "to_bar"].map((name) => this.querySelector(`[name=${name}]`));
    const from = Number(fields[0].value);
    const to = Math.max(from, Number(fields[1].value));
    this.dispatchEvent(new CustomEvent("bars-chosen", { bubbles: true, detail: { from, to } }));
  }
}

customElements.define("bars-form", BarsForm);
