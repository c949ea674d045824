/**
 * Moves a cursor over a drawn piano roll, and plays from where it is clicked.
 *
 *   <piano-roll><svg viewBox="0 0 SECONDS SEMITONES">…</svg></piano-roll>
 *
 * One unit across is one second, so the cursor stands at the second that sounds.
 */
import { comeBack } from "./score-player.js";
import { follow, hear } from "./sound.js";

class PianoRoll extends HTMLElement {
  #unfollow;

  connectedCallback() {
    const svg = this.querySelector("svg");
    const { width, height } = svg.viewBox.baseVal;
    const cursor = document.createElementNS(svg.namespaceURI, "path");
    cursor.setAttribute("class", "roll__cursor");
    svg.append(cursor);
    this.#unfollow = follow((seconds) => {
      cursor.setAttribute("d", `M${Math.min(seconds, width).toFixed(3)} 0v${height}`);
    });
    this.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      comeBack();
      hear(((event.clientX - box.left) / box.width) * width, { play: true });
    });
  }

  disconnectedCallback() {
    this.#unfollow?.();
  }
}

customElements.define("piano-roll", PianoRoll);
