/**
 * Lets takes be compared by ear: one plays at a time, and the next goes on where it was.
 *
 *   <take-players>
 *     <div data-begin="12.5"><audio controls></audio></div>
 *     <div data-begin="12.5"><audio controls></audio></div>
 *   </take-players>
 *
 * A take that begins as its parent is played from a little before the place where
 * it begins to be new. Without this script each is a player of its own.
 */
class TakePlayers extends HTMLElement {
  #last = null;

  connectedCallback() {
    // Sounds do not bubble; on their way down they are heard all the same.
    this.addEventListener("play", (event) => this.#take(event.target), { capture: true });
  }

  #take(audio) {
    const other = this.#last;
    this.#last = audio;
    if (other === audio) return;
    const isPlaying = other?.isConnected && !other.paused;
    if (isPlaying) other.pause();
    if (audio.currentTime > 0) return;
    const begin = Number(audio.closest("[data-begin]")?.dataset.begin);
    if (begin) seek(audio, isPlaying ? Math.max(other.currentTime, begin) : begin);
  }
}

function seek(audio, seconds) {
  if (audio.readyState > 0) audio.currentTime = seconds;
  else audio.addEventListener("loadedmetadata", () => (audio.currentTime = seconds), { once: true });
}

customElements.define("take-players", TakePlayers);
