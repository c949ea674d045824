/**
 * Keyboards that speak MIDI, whichever are plugged in and whenever.
 *
 * Tells of "key-down", "key-up" and "pedal" as the keyboard on the screen does, and
 * by "devices" which instruments it listens to. Asked for only when `open` is called.
 */
const [NOTE_OFF, NOTE_ON, CONTROL] = [0x80, 0x90, 0xb0];
const SUSTAIN = 64;
const DOWN = 64; // a pedal is down from its middle on

export class MidiInput extends EventTarget {
  #access;

  static get isThere() {
    return "requestMIDIAccess" in navigator;
  }

  /** Ask the visitor. Rejected where they refuse. */
  async open() {
    this.#access = await navigator.requestMIDIAccess();
    this.#access.addEventListener("statechange", () => this.#listen());
    this.#listen();
  }

  #listen() {
    const inputs = [...this.#access.inputs.values()].filter(({ state }) => state === "connected");
    for (const input of inputs) input.onmidimessage = (message) => this.#hear(message);
    this.#tell("devices", { names: inputs.map(({ name }) => name) });
  }

  #hear({ data, timeStamp }) {
    const [status, first, second] = data;
    const [kind, at] = [status & 0xf0, timeStamp || performance.now()];
    if (kind === NOTE_ON && second > 0) this.#tell("key-down", { pitch: first, velocity: second, at });
    // Many keyboards let go by striking with no force.
    else if (kind === NOTE_OFF || kind === NOTE_ON) this.#tell("key-up", { pitch: first, at });
    else if (kind === CONTROL && first === SUSTAIN) this.#tell("pedal", { isDown: second >= DOWN, at });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
