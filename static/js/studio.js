/**
 * The sound of the page: one context, its clock, a piano and a metronome, once a visitor has acted.
 *
 * Moments are in quarter notes from the first bar line, at the tempo that was set.
 */
import { AudioClock } from "./audio-clock.js";
import { barOf, beatOf, weightOf } from "./metres.js";
import { Metronome } from "./metronome.js";
import { PianoSound } from "./piano-sound.js";

const LEAD_S = 0.2; // from the button to the first click

export class Studio {
  #context = new AudioContext({ latencyHint: "interactive" });
  #clock = new AudioClock(this.#context);
  #metronome = new Metronome(this.#context);
  #begin = 0; // second of the context at the first bar line
  #quarter = 0.5; // seconds
  piano = new PianoSound(this.#context);

  /** A browser lets nothing sound before a visitor has acted, and may put it to sleep after. */
  async wake() {
    if (this.#context.state === "running") return;
    await this.#context.resume();
    this.#clock.reset();
  }

  /** Count a bar in, and click so many more. */
  countIn({ tempo, metre, bars }, { isHeard, looked }) {
    const [bar, beat] = [barOf(metre), beatOf(metre)];
    this.#quarter = 60 / tempo;
    this.#begin = this.#context.currentTime + LEAD_S + bar * this.#quarter;
    const beats = Array.from({ length: (bars + 1) * metre.numerator }, (_, i) => {
      const onset = i * beat - bar;
      return { onset, at: this.#begin + onset * this.#quarter, weight: weightOf(metre, i % metre.numerator) };
    });
    this.#look(beats, isHeard, looked);
  }

  /** Play notes from `from` on; those under the pedal ring as long as it is down. */
  play({ notes, pedals, from, tempo }, { looked }) {
    this.#quarter = 60 / tempo;
    this.#begin = this.#context.currentTime + LEAD_S - from * this.#quarter;
    for (const { onset, duration, pitch, velocity } of notes) {
      const end = onset + duration;
      const held = pedals.find((one) => one.onset <= end && end < one.onset + one.duration);
      this.piano.sound(pitch, velocity, this.#second(onset), this.#second(held ? held.onset + held.duration : end));
    }
    this.#look([], () => false, looked);
  }

  stop() {
    this.#metronome.stop();
  }

  /** The moment that is heard at `ms` of the page. */
  at(ms) {
    return (this.#clock.heardAt(ms) - this.#begin) / this.#quarter;
  }

  #second(onset) {
    return this.#begin + onset * this.#quarter;
  }

  #look(beats, isHeard, looked) {
    this.#metronome.start(beats, {
      isHeard,
      looked: () => {
        this.#clock.read();
        looked();
      },
    });
  }
}
