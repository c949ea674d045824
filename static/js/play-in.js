/**
 * An opening played to a click: counted in, shown as a roll, heard again, and sent as a MIDI file.
 *
 *   <play-in piano="piano.mp3" hidden>…</play-in>
 *
 * What it says stands in its attributes, and its state in data-state: idle, counting,
 * recording, taken or listening. Everything in it is found by a data attribute.
 */
import "./beat-display.js";
import "./midi-choice.js";
import "./on-screen-keyboard.js";
import "./take-roll.js";
import { metreOf } from "./metres.js";
import { midiFile } from "./smf.js";
import { Studio } from "./studio.js";
import { Take } from "./take.js";
import { keepLatency, keepTake, keptLatency, keptTake } from "./take-memory.js";

const PRESSED_BY_SPACE = "input, select, textarea, button, summary, a[href]";
const WRITTEN_IN = "input:not([type=checkbox]), select, textarea";
const TAIL = 1; // quarter notes that ring after a take that is heard

class PlayIn extends HTMLElement {
  #studio = null;
  #take = null;
  #frame = 0;

  connectedCallback() {
    this.hidden = false;
    const latency = keptLatency();
    if (latency) this.#field("latency").value = latency;
    this.#take = keptTake();
    this.#listenToButtons();
    this.#listenToKeys();
    this.#enter(this.#take ? "taken" : "idle");
    this.#say(this.#take ? "kept" : "idle");
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
    this.#studio?.stop();
  }

  // ---- what the visitor does

  #listenToButtons() {
    this.#part("record").addEventListener("click", () => (this.#isOn ? this.#stop() : this.#record()));
    this.#part("listen").addEventListener("click", () => this.#hear());
    this.#part("use").addEventListener("submit", () => this.#fill());
    this.#field("latency").addEventListener("change", (event) => keepLatency(event.target.value));
    for (const name of ["metre", "bars"]) this.#field(name).addEventListener("change", () => this.#reset());
    for (const name of ["grid", "upbeat"]) this.#field(name).addEventListener("change", () => this.#draw());
    document.addEventListener("keydown", (event) => this.#press(event));
    // The first touch of anything wakes the sound; a phone counts it when the finger leaves.
    for (const name of ["pointerdown", "pointerup", "keydown"]) document.addEventListener(name, () => this.#wake());
  }

  #listenToKeys() {
    const keyboard = this.querySelector("on-screen-keyboard");
    for (const source of [keyboard, this.querySelector("midi-choice")]) {
      source.addEventListener("key-down", ({ detail }) => this.#strike(detail));
      source.addEventListener("key-up", ({ detail }) => this.#release(detail));
      source.addEventListener("pedal", ({ detail }) => this.#pedal(detail));
    }
    keyboard.addEventListener("octave", ({ detail }) => this.#say("octave", detail));
    for (const button of this.querySelectorAll("[data-octave]")) {
      button.addEventListener("click", () => keyboard.move(Number(button.dataset.octave)));
    }
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const isSpace = event.code === "Space" && !event.target.closest(PRESSED_BY_SPACE);
    const isR = event.code === "KeyR" && !event.target.closest(WRITTEN_IN);
    if (!isSpace && !isR) return;
    event.preventDefault();
    if (this.#isOn) this.#stop();
    else if (isSpace && this.#take) this.#hear();
    else this.#record();
  }

  #strike({ pitch, velocity, at }) {
    this.#studio?.piano.strike(pitch, velocity);
    this.querySelector("on-screen-keyboard").mark(pitch);
    if (this.#isOn) this.#take.strike(pitch, velocity, this.#played(at));
  }

  #release({ pitch, at }) {
    this.#studio?.piano.release(pitch);
    this.querySelector("on-screen-keyboard").unmark(pitch);
    if (this.#isOn) this.#take.release(pitch, this.#played(at));
  }

  #pedal({ isDown, at }) {
    this.#studio?.piano.pedal(isDown);
    if (this.#isOn) this.#take.pedal(isDown, this.#played(at));
  }

  // ---- recording, listening, sending

  async #record() {
    if (!this.#areChosen()) return;
    await this.#wake();
    this.#quiet();
    const { metre, bars } = this.#choices();
    const tempo = this.#field("tempo").valueAsNumber;
    this.#take = new Take({ tempo, metre, bars });
    this.#enter("counting");
    this.#say("counting");
    this.#studio.countIn(this.#take, {
      isHeard: ({ onset }) => onset < 0 || this.#field("click").checked,
      looked: () => this.#moment() >= this.#take.end && this.#stop(),
    });
    this.#move();
  }

  #stop() {
    this.#take.close(Math.min(this.#moment(), this.#take.end));
    this.#quiet();
    const isEmpty = !this.#written().notes.length;
    if (isEmpty) this.#take = null;
    this.#enter(isEmpty ? "idle" : "taken");
    this.#say(isEmpty ? "nothing" : "taken");
    if (!isEmpty) keepTake(this.#take);
  }

  async #hear() {
    if (this.dataset.state === "listening") return this.#rest();
    await this.#wake();
    this.#quiet();
    const { notes, pedals, upbeat, end } = this.#written();
    this.#enter("listening");
    this.#studio.play(
      { notes, pedals, from: -upbeat, tempo: this.#take.tempo },
      { looked: () => this.#moment() >= end + TAIL && this.#rest() },
    );
    this.#move();
  }

  #rest() {
    this.#quiet();
    this.#enter("taken");
  }

  #quiet() {
    this.#studio.stop();
    this.#studio.piano.silence();
    cancelAnimationFrame(this.#frame);
  }

  /** Put the file into the form, which then goes its own way. */
  #fill() {
    const name = this.#field("title").value.trim() || this.#field("title").defaultValue;
    const { tempo, metre } = this.#take;
    const data = midiFile({ name, tempo, metre, ...this.#written() });
    const files = new DataTransfer();
    files.items.add(new File([data], `${name.replaceAll(/[\\/:*?"<>|]/g, "-")}.mid`, { type: "audio/midi" }));
    this.#field("file").files = files.files;
  }

  async #wake() {
    if (!this.#studio) {
      this.#studio = new Studio();
      this.#studio.piano.load(this.getAttribute("piano")).catch(() => this.#say("silent"));
    }
    await this.#studio.wake();
  }

  // ---- what is shown

  #enter(state) {
    this.dataset.state = state;
    const [isOn, isTaken] = [this.#isOn, state === "taken" || state === "listening"];
    this.#part("record").textContent = this.getAttribute(isOn ? "stop" : isTaken ? "again" : "record");
    this.#part("listen").textContent = this.getAttribute(state === "listening" ? "stop" : "listen");
    this.#part("choices").disabled = isOn;
    for (const part of this.querySelectorAll("[data-taken]")) part.hidden = !isTaken;
    if (state === "counting" || state === "idle") this.#rule();
    else this.#draw();
  }

  #rule() {
    const ruled = this.#take ?? this.#choices();
    this.querySelector("take-roll").rule(ruled);
    this.querySelector("beat-display").rule(ruled);
  }

  #draw() {
    if (!this.#take) return;
    this.#rule();
    const { notes } = this.#written();
    this.querySelector("take-roll").draw(notes, this.#grid ? this.#take.notes : []);
  }

  /** Another metre or number of bars is for the next take. */
  #reset() {
    if (!this.#take && this.#areChosen()) this.#rule();
  }

  #move() {
    const moment = this.#moment();
    if (this.dataset.state === "counting" && moment >= 0) {
      this.dataset.state = "recording";
      this.#say("recording");
    }
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const roll = this.querySelector("take-roll");
    if (this.#isOn) roll.draw(this.#take.notes.map((note) => open(note, moment)));
    roll.cursor(isStill ? Math.floor(moment) : moment);
    this.querySelector("beat-display").show(moment < this.#take.end ? moment : null);
    this.#frame = requestAnimationFrame(() => this.#move());
  }

  #say(key, values = {}) {
    const counts = this.#take ? { notes: this.#take.notes.length, ...values } : values;
    const said = Object.entries(counts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), this.getAttribute(`says-${key}`));
    this.#part("say").textContent = said;
  }

  // ---- what is known

  get #isOn() {
    return this.dataset.state === "counting" || this.dataset.state === "recording";
  }

  get #grid() {
    return Number(this.#field("grid").value);
  }

  #written() {
    return this.#take.written({ grid: this.#grid, hasUpbeat: this.#field("upbeat").checked });
  }

  #choices() {
    return { metre: metreOf(this.#field("metre").value), bars: this.#field("bars").valueAsNumber || 1 };
  }

  #areChosen() {
    return ["tempo", "bars", "latency"].every((name) => this.#field(name).reportValidity());
  }

  /** Now, as it is heard. */
  #moment() {
    return this.#studio.at(performance.now());
  }

  /** When a key was meant that arrived at `at`. */
  #played(at) {
    return this.#studio.at(at - (this.#field("latency").valueAsNumber || 0));
  }

  #field(name) {
    return this.querySelector(`[name=${name}]`);
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`);
  }
}

/** A note as far as it has sounded. */
function open(note, moment) {
  return note.duration === null ? { ...note, duration: Math.max(0, moment - note.onset) } : note;
}

customElements.define("play-in", PlayIn);
