/**
 * A player that says how long its sound is before a byte of it is loaded.
 *
 *   <card-player length="115.2" play="Play …" pause="Pause …" place="Place in …"
 *                time="{now} of {all}" failed="…" words="Listen" stop="Pause">
 *     <audio controls preload="none" aria-label="…">…</audio>
 *     <a data-begin="14.4" href="piece.mp3#t=14.4">From the machine</a>
 *   </card-player>
 *
 * With `words` the button says them, and `stop` while it sounds. Without this script the browser's own player is there.
 */
class CardPlayer extends HTMLElement {
  #audio = this.querySelector("audio");
  #button = make("button", { type: "button", className: "card-player__press" });
  #place = make("input", { type: "range", min: "0", step: "1", value: "0" });
  #time = make("output", { className: "card-player__time" });
  #hasFailed = false;

  connectedCallback() {
    if (this.dataset.state) return;
    if (this.hasAttribute("words")) this.#button.append(this.#words());
    this.#place.setAttribute("aria-label", this.getAttribute("place"));
    this.#time.setAttribute("aria-live", "off");
    this.#audio.before(this.#button, this.#place, this.#time);
    this.#audio.controls = false;
    this.#audio.hidden = true;
    this.#button.addEventListener("click", () => (this.#audio.paused ? this.#play() : this.#audio.pause()));
    this.#place.addEventListener("input", () => this.#seek(this.#place.valueAsNumber));
    for (const link of this.querySelectorAll("[data-begin]")) {
      link.addEventListener("click", (event) => this.#begin(event, Number(link.dataset.begin)));
    }
    for (const name of ["play", "pause", "ended", "timeupdate", "seeked", "durationchange"]) {
      this.#audio.addEventListener(name, () => this.#show());
    }
    this.#audio.addEventListener("error", (event) => this.#miss(event), { capture: true });
    this.#show();
  }

  #words() {
    const words = make("span", { className: "press-words" });
    for (const [name, state] of [["words", "paused"], ["stop", "playing"]]) {
      const word = make("span", { textContent: this.getAttribute(name) });
      word.dataset.of = state;
      words.append(word);
    }
    return words;
  }

  /** As it was said before anything was loaded; a sound of which nothing was said tells by itself. */
  get #length() {
    return Number(this.getAttribute("length")) || this.#audio.duration || 0;
  }

  #begin(event, seconds) {
    event.preventDefault();
    this.#seek(seconds);
    this.#play();
  }

  #seek(seconds) {
    this.#audio.currentTime = seconds;
    this.#show();
  }

  #play() {
    if (this.#hasFailed) this.#audio.load(); // it may come by now
    this.#hasFailed = false;
    this.#audio.play().catch(() => {}); // paused before it began; what else fails says so itself
  }

  /** A form of the sound could not be had; after the last there is none. */
  #miss({ target }) {
    if (target !== this.#audio.lastElementChild) return;
    this.#hasFailed = true;
    this.#audio.pause();
    this.#show();
  }

  #show() {
    const [now, all] = [this.#audio.currentTime, this.#length];
    this.dataset.state = this.#button.dataset.state = this.#audio.paused ? "paused" : "playing";
    this.#button.setAttribute("aria-label", this.getAttribute(this.#audio.paused ? "play" : "pause"));
    this.#place.max = Math.ceil(all);
    this.#place.value = now;
    const words = this.getAttribute("time").replace("{now}", clock(now)).replace("{all}", clock(Math.round(all)));
    this.#place.setAttribute("aria-valuetext", words);
    this.#time.textContent = this.#hasFailed ? this.getAttribute("failed") : `${clock(now)} / ${clock(Math.round(all))}`;
  }
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

customElements.define("card-player", CardPlayer);
