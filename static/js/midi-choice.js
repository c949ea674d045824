/**
 * A button that asks for the visitor's MIDI keyboards, and says which are heard.
 *
 *   <midi-choice lacking="…" refused="…" missing="…" heard="Listening to {names}.">
 *     <button type="button">Use a MIDI keyboard</button> <span role="status"></span>
 *   </midi-choice>
 *
 * What is played there comes out of this element as "key-down", "key-up" and "pedal".
 */
import { MidiInput } from "./midi-input.js";

class MidiChoice extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", () => this.#ask());
  }

  async #ask() {
    if (!MidiInput.isThere) return this.#say("lacking");
    const input = new MidiInput();
    input.addEventListener("devices", ({ detail }) => this.#tellOf(detail.names));
    for (const name of ["key-down", "key-up", "pedal"]) {
      input.addEventListener(name, ({ detail }) => this.dispatchEvent(new CustomEvent(name, { detail })));
    }
    try {
      await input.open();
      this.querySelector("button").hidden = true;
    } catch {
      this.#say("refused");
    }
  }

  #tellOf(names) {
    const list = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });
    if (names.length) this.#say("heard", list.format(names));
    else this.#say("missing");
  }

  #say(key, names = "") {
    this.querySelector("[role=status]").textContent = this.getAttribute(key).replace("{names}", names);
  }
}

customElements.define("midi-choice", MidiChoice);
