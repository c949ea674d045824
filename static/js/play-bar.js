/**
 * Plays and pauses, says how far the music is, and goes elsewhere in it: before the first
 * press too, when nothing of the sound has been fetched.
 *
 *   <audio controls>…</audio>
 *   <play-bar hidden of="{at} of {end}">
 *     <button data-state="paused"><span data-of="paused">Play</span> <span data-of="playing">Pause</span></button>
 *     <output>0:00</output>
 *     <input name="place" type="range" max="57.3">
 *     <input name="volume" type="range" max="1">
 *   </play-bar>
 *
 * The browser's own player, which stands there without this script, gives way to it.
 */
import { comeBack } from "./score-player.js";
import { follow, hear, sound } from "./sound.js";

class PlayBar extends HTMLElement {
  #unfollow;

  connectedCallback() {
    this.hidden = false;
    this.previousElementSibling.controls = false;
    const [place, volume] = ["place", "volume"].map((name) => this.querySelector(`[name=${name}]`));
    this.querySelector("button").addEventListener("click", () => toggle());
    place.addEventListener("input", () => {
      comeBack();
      hear(place.valueAsNumber);
      this.#tell(place.valueAsNumber);
    });
    volume.addEventListener("input", () => (sound().volume = volume.valueAsNumber));
    this.#unfollow = follow((seconds, audio) => this.#show(seconds, audio));
    this.#tell(0);
  }

  disconnectedCallback() {
    this.#unfollow?.();
  }

  #show(seconds, audio) {
    this.querySelector("button").dataset.state = audio.paused ? "paused" : "playing";
    this.querySelector("[name=place]").value = seconds;
    this.#tell(seconds);
  }

  #tell(seconds) {
    const place = this.querySelector("[name=place]");
    const at = clock(Math.min(seconds, Number(place.max)));
    const output = this.querySelector("[data-at]");
    if (output.textContent === at) return;
    output.textContent = at;
    const words = this.getAttribute("of").replace("{at}", at).replace("{end}", clock(Math.round(place.max)));
    place.setAttribute("aria-valuetext", words);
  }
}

function toggle() {
  const audio = sound();
  if (audio.paused) audio.play();
  else audio.pause();
}

/** As 1:05. */
function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

customElements.define("play-bar", PlayBar);
