/**
 * Lets takes be compared by ear: one plays at a time, and the next goes on where it was.
 *
 *   <take-players shared>                        they have their beginning in common
 *     <section data-take="A">
 *       <div data-begin="12.5"><audio controls></audio></div>
 *       <a data-hear="17.2" data-until="24.6" href="piece.mp3#t=17.2">…</a>
 *     </section> …
 *     <button data-switch="A" aria-pressed="false">A</button> …
 *   </take-players>
 *
 * A take with `data-begin` is played from there, a little before it begins to be new; so
 * is the first that a switch is pressed for, from where its first link leads.
 * A take is named by `data-take`, or as the part of a page that it is (`data-part`).
 * Without this script each is a player of its own, and the links open the sound.
 */
const TOLD = ["play", "pause", "ended", "timeupdate"];

class TakePlayers extends HTMLElement {
  #last = null;
  #sent = null; // whom a link has told where to begin
  #until = Infinity; // where it is to end

  connectedCallback() {
    // Sounds do not bubble; on their way down they are heard all the same.
    for (const name of TOLD) this.addEventListener(name, this, { capture: true });
    this.addEventListener("click", this);
  }

  handleEvent(event) {
    if (event.type === "click") return this.#click(event);
    if (event.type === "timeupdate") this.#stop(event.target);
    if (event.type === "play") this.#take(event.target);
    this.#show();
  }

  #take(audio) {
    const other = this.#last;
    this.#last = audio;
    if (this.#sent !== audio) this.#until = Infinity;
    if (other === audio) return;
    const isPlaying = Boolean(other?.isConnected && !other.paused);
    if (isPlaying) other.pause();
    if (this.#sent === audio) return;
    const begin = Number(audio.closest("[data-begin]")?.dataset.begin ?? 0);
    if (isPlaying && this.hasAttribute("shared")) seek(audio, other.currentTime, begin);
    else if (audio.currentTime === 0 && begin) seek(audio, begin);
  }

  #click(event) {
    const from = event.target.closest("[data-hear]");
    if (from) {
      event.preventDefault();
      this.#hear(from);
    }
    const button = event.target.closest("[data-switch]");
    if (button) this.#toggle(this.#sound(button.dataset.switch));
  }

  #toggle(audio) {
    const from = audio.closest(".take").querySelector("[data-hear]");
    if (from && !this.#last && audio.currentTime === 0) this.#hear(from);
    else if (audio.paused) audio.play();
    else audio.pause();
  }

  async #hear(from) {
    const audio = from.closest(".take").querySelector("audio");
    this.#sent = audio;
    this.#until = Number(from.dataset.until ?? Infinity);
    seek(audio, Number(from.dataset.hear));
    await audio.play().catch(() => {}); // whoever is stopped at once has not failed
    this.#sent = null;
  }

  #stop(audio) {
    if (audio === this.#last && audio.currentTime >= this.#until) audio.pause();
  }

  #sound(name) {
    return this.querySelector(`:is([data-take="${name}"], [data-part="${name}"]) audio`);
  }

  /** A switch is down while its take is heard. */
  #show() {
    for (const button of this.querySelectorAll("[data-switch]")) {
      button.setAttribute("aria-pressed", !this.#sound(button.dataset.switch).paused);
    }
  }
}

/** Go to `seconds`; to `instead`, where the sound is not so long. */
function seek(audio, seconds, instead = 0) {
  const go = () => (audio.currentTime = seconds < audio.duration ? seconds : instead);
  if (audio.readyState > 0) go();
  else audio.addEventListener("loadedmetadata", go, { once: true });
}

customElements.define("take-players", TakePlayers);
