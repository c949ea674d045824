/**
 * Takes over the bars that are chosen in the score.
 *
 *   <bars-form><form><input name="from_bar"> <input name="to_bar"> …</form></bars-form>
 *
 * Whoever shows the score tells which bars were chosen by an event that bubbles:
 *
 *   new CustomEvent("bars-chosen", { bubbles: true, detail: { from: 9, to: 12 } })
 *
 * It has what was chosen, also where nothing can be done with it: its buttons then say why
 * (chosen-bars.js). Numbers that are typed are told by the same event. Without a script they
 * are typed, and sent.
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
    this.querySelector(`[name=${name}]`).value = bar;
  }

  /** The last bar is never before the first, and there is no other than those that are there. */
  #order() {
    const fields = ["from_bar", "to_bar"].map((name) => this.querySelector(`[name=${name}]`));
    const [from, end] = fields.map(({ value, min, max }) => Math.min(Math.max(value, min), max));
    const to = Math.max(from, end);
    this.dispatchEvent(new CustomEvent("bars-chosen", { bubbles: true, detail: { from, to } }));
  }
}

customElements.define("bars-form", BarsForm);
