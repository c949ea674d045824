/**
 * Plays the piece on another instrument, from the place where it is.
 *
 *   <sound-choice api="/api/pieces/…" waiting="being played…" failed="…">
 *     <form method="post" action="…/sound/"><select>
 *       <option value="bright" data-mp3="…" data-ogg="…">…</option></select></form>
 *     <span role="status"></span></sound-choice>
 *
 * What no worker has played yet is asked for as the form does, then waited for.
 */
import { sound } from "./sound.js";

const ASK_S = 0.5;
const PATIENCE_S = 90;

class SoundChoice extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-submit]").hidden = true;
    this.querySelector("select").addEventListener("change", (event) => this.#choose(event.target));
  }

  async #choose(select) {
    const option = select.selectedOptions[0];
    if (!option.dataset.mp3) {
      this.#say(this.getAttribute("waiting"));
      const files = await this.#played(option.value).catch(() => null);
      if (!files) return this.#say(this.getAttribute("failed"));
      Object.assign(option.dataset, files);
    }
    this.#say("");
    if (option.selected) play(option.dataset);
  }

  /** The files of an instrument, once they are there. */
  async #played(instrument) {
    const form = this.querySelector("form");
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    const until = performance.now() + PATIENCE_S * 1000;
    while (performance.now() < until && this.isConnected) {
      await new Promise((done) => setTimeout(done, ASK_S * 1000));
      const answer = await fetch(this.getAttribute("api"), { cache: "no-store" });
      const found = (await answer.json()).files.instruments[instrument];
      if (found?.mp3) return found;
    }
    return null;
  }

  #say(words) {
    this.querySelector("[role=status]").textContent = words;
  }
}

function play({ mp3, ogg }) {
  const audio = sound();
  const { currentTime, paused } = audio;
  for (const source of audio.querySelectorAll("source")) source.remove();
  for (const [src, type] of [[mp3, "audio/mpeg"], [ogg, "audio/ogg"]]) {
    if (src) audio.append(Object.assign(document.createElement("source"), { src, type }));
  }
  audio.load();
  audio.currentTime = currentTime;
  if (!paused) audio.play();
}

customElements.define("sound-choice", SoundChoice);
