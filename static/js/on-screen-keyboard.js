/**
 * A piano keyboard for pointer, fingers and the letters of a computer's keyboard.
 *
 *   <on-screen-keyboard tabindex="0" role="application" aria-label="…"></on-screen-keyboard>
 *
 * Tells of "key-down" { pitch, velocity, at } and "key-up" { pitch, at }, `at` being the
 * event's own moment. As many keys are drawn as the width has room for; Z and X, or the
 * arrows when it has the focus, move it by an octave, and "octave" is told. `mark` and `unmark` show
 * what is played elsewhere.
 */
import { HIGHEST, isWhite, LETTERS, OCTAVE, octaveOf, printed, whitesBelow } from "./piano-keys.js";

const WRITTEN_IN = "input:not([type=checkbox]), select, textarea, [contenteditable]";
const [FEWEST, MOST] = [8, 36]; // white keys
const HAND = 11; // white keys that the letters reach
const MIDDLE_C = 60;
const [LOW_C, HIGH_C] = [24, 96]; // where the letters may stand
const LETTER_VELOCITY = 80;
const [SOFTEST, LOUDEST] = [45, 110]; // at the far end of a key, and at the near one
const MOVES = { KeyZ: -OCTAVE, KeyX: OCTAVE };
const ARROWS = { ArrowLeft: -OCTAVE, ArrowRight: OCTAVE };

class OnScreenKeyboard extends HTMLElement {
  #home = MIDDLE_C;
  #letters = new Map(); // code -> pitch that it holds down
  #pointers = new Map(); // pointer -> pitch
  #marks = new Map(); // pitch -> how many hold it
  #whites = 0;
  #gone = new AbortController();

  connectedCallback() {
    const { signal } = this.#gone;
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      this.addEventListener(name, (event) => this.#point(event), { signal });
    }
    this.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    document.addEventListener("keyup", (event) => this.#lift(event), { signal });
    window.addEventListener("blur", (event) => this.#letAllGo(event.timeStamp), { signal });
    new ResizeObserver(() => this.#fit()).observe(this);
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** Stand an octave or more elsewhere. */
  move(semitones) {
    const home = Math.min(HIGH_C, Math.max(LOW_C, this.#home + semitones));
    if (home === this.#home) return;
    this.#home = home;
    this.#draw();
    this.#tell("octave", { octave: octaveOf(home) });
  }

  mark(pitch) {
    this.#marks.set(pitch, (this.#marks.get(pitch) ?? 0) + 1);
    this.#show(pitch);
  }

  unmark(pitch) {
    this.#marks.set(pitch, Math.max(0, (this.#marks.get(pitch) ?? 0) - 1));
    this.#show(pitch);
  }

  #show(pitch) {
    this.querySelector(`[data-pitch="${pitch}"]`)?.toggleAttribute("data-down", this.#marks.get(pitch) > 0);
  }

  #fit() {
    const room = Math.floor(this.clientWidth / parseFloat(getComputedStyle(this).getPropertyValue("--key-least")));
    const whites = Math.min(MOST, Math.max(FEWEST, room || FEWEST));
    if (whites === this.#whites) return;
    this.#whites = whites;
    this.#draw();
  }

  /** The keys in sight, the letters in the middle of them. */
  #draw() {
    const spare = Math.max(0, Math.round((this.#whites - HAND) / 14)) * OCTAVE;
    const last = HIGHEST - OCTAVE * Math.ceil((this.#whites - 1) / 7);
    const begin = Math.min(last, Math.max(LOW_C, this.#home - spare));
    const first = whitesBelow(begin);
    const keys = [];
    for (let pitch = begin; whitesBelow(pitch) - first < this.#whites; pitch += 1) keys.push(this.#key(pitch, first));
    this.style.setProperty("--keys", this.#whites);
    this.replaceChildren(...keys);
  }

  #key(pitch, first) {
    const key = document.createElement("span");
    key.className = `key key--${isWhite(pitch) ? "white" : "black"}`;
    key.dataset.pitch = pitch;
    key.ariaHidden = "true";
    key.style.setProperty("--at", whitesBelow(pitch) - first);
    const letter = [...LETTERS].find(([, semitones]) => this.#home + semitones === pitch)?.[0];
    if (letter) key.append(word("key__letter", printed(letter)));
    if (pitch % OCTAVE === 0) key.append(word("key__name", `C${octaveOf(pitch)}`));
    key.toggleAttribute("data-down", this.#marks.get(pitch) > 0);
    return key;
  }

  #point(event) {
    const held = this.#pointers.get(event.pointerId);
    if (event.type === "pointerdown") {
      if (event.button !== 0) return;
      event.preventDefault(); // no text is chosen
      this.focus({ preventScroll: true }); // and a number field lets the letters go
      event.target.releasePointerCapture?.(event.pointerId);
    } else if (held === undefined) return;
    const isUp = event.type === "pointerup" || event.type === "pointercancel";
    const key = isUp ? null : keyAt(this, event);
    const pitch = key ? Number(key.dataset.pitch) : null;
    if (pitch === held) return;
    if (held !== undefined && held !== null) this.#tell("key-up", { pitch: held, at: event.timeStamp });
    if (isUp) this.#pointers.delete(event.pointerId);
    else this.#pointers.set(event.pointerId, pitch);
    if (key) this.#tell("key-down", { pitch, velocity: strength(key, event.clientY), at: event.timeStamp });
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(WRITTEN_IN)) return;
    const step = MOVES[event.code] ?? (event.target === this ? ARROWS[event.code] : undefined);
    if (step) this.move(step);
    else if (!LETTERS.has(event.code)) return;
    event.preventDefault();
    if (step || event.repeat || this.#letters.has(event.code)) return;
    const pitch = this.#home + LETTERS.get(event.code);
    this.#letters.set(event.code, pitch);
    this.#tell("key-down", { pitch, velocity: LETTER_VELOCITY, at: event.timeStamp });
  }

  #lift(event) {
    const pitch = this.#letters.get(event.code);
    if (pitch === undefined) return;
    this.#letters.delete(event.code);
    this.#tell("key-up", { pitch, at: event.timeStamp });
  }

  /** A window that is left hears no key come up. */
  #letAllGo(at) {
    for (const pitch of [...this.#letters.values(), ...this.#pointers.values()]) {
      if (pitch !== null) this.#tell("key-up", { pitch, at });
    }
    this.#letters.clear();
    this.#pointers.clear();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function word(name, text) {
  return Object.assign(document.createElement("span"), { className: name, textContent: text });
}

function keyAt(keyboard, { clientX, clientY }) {
  const key = document.elementFromPoint(clientX, clientY)?.closest("[data-pitch]");
  return key && keyboard.contains(key) ? key : null;
}

/** The nearer to the player's edge, the louder. */
function strength(key, y) {
  const { top, height } = key.getBoundingClientRect();
  return Math.round(SOFTEST + (LOUDEST - SOFTEST) * Math.min(1, Math.max(0, (y - top) / height)));
}

customElements.define("on-screen-keyboard", OnScreenKeyboard);
