/**
 * What a player of music needs beside its sound: keys, a beginning elsewhere, another speed.
 *
 *   <score-player><audio controls>…</audio> …
 *     <label data-tempo hidden><input type="range"><output></output></label>
 *     <button data-return hidden>Follow</button></score-player>
 *   <a data-hear="12.3" href="piece.mp3#t=12.3">…</a>    anywhere on the page
 *
 * Space plays and pauses, arrows go by bars, with Shift by notes, Home begins anew.
 */
import { hear, sound } from "./sound.js";

const FIELDS = "input, select, textarea, [contenteditable]";
const PRESSED = "a[href], button, summary";
const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

class ScorePlayer extends HTMLElement {
  #gone = new AbortController();

  connectedCallback() {
    const { signal } = this.#gone;
    document.addEventListener("keydown", (event) => press(event), { signal });
    document.addEventListener("click", (event) => this.#click(event), { signal });
    this.#fold(this.querySelector("[data-more]"));
    const tempo = this.querySelector("[data-tempo]");
    if (!tempo) return;
    tempo.hidden = false;
    tempo.addEventListener("input", () => this.#setTempo(tempo));
    // A browser that comes back to the page fills the field in again.
    this.#setTempo(tempo);
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** On a phone the tools wait behind a button. */
  #fold(button) {
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", this.toggleAttribute("data-open"));
    });
  }

  #setTempo(tempo) {
    const percent = Number(tempo.querySelector("input").value);
    tempo.querySelector("output").textContent = `${percent}\u00a0%`;
    const audio = this.querySelector("audio");
    audio.preservesPitch = true;
    audio.defaultPlaybackRate = audio.playbackRate = percent / 100;
  }

  #click(event) {
    const from = event.target.closest("[data-hear]");
    if (from) {
      event.preventDefault();
      comeBack();
      hear(Number(from.dataset.hear), { play: true });
    } else if (event.target.closest("[data-return]")) comeBack({ isAsked: true });
  }
}

function press(event) {
  const audio = sound();
  if (!audio || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest(FIELDS)) return;
  if (event.key === " " && !event.target.closest(PRESSED)) {
    if (audio.paused) audio.play();
    else audio.pause();
  } else if (event.key in ARROWS) step(audio, ARROWS[event.key], event.shiftKey);
  else if (event.key === "Home") hear(0);
  else return;
  if (event.key !== " ") comeBack();
  event.preventDefault();
}

/** By bars where the score knows them, else by seconds. */
function step(audio, direction, byNote) {
  const timeline = document.querySelector("playing-score")?.timeline;
  const to = timeline?.step(audio.currentTime, direction, { byNote });
  hear(to ?? audio.currentTime + 2 * direction);
}

/** The page goes with the music again; with `isAsked`, though bars are chosen. */
export function comeBack(detail) {
  for (const score of document.querySelectorAll("playing-score")) {
    score.dispatchEvent(new CustomEvent("return", { detail }));
  }
}

customElements.define("score-player", ScorePlayer);
