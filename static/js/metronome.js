/**
 * Clicks that are set ahead on the clock of the sound.
 *
 * A timer of the page comes late whenever the page is busy, so it only looks
 * whether a beat lies within the next quarter of a second, and the sound's own
 * clock does the rest.
 */
const LOOK_MS = 25;
const AHEAD_S = 0.25;
const LENGTH_S = 0.06;
const PITCHES_HZ = [880, 1100, 1480]; // by weight
const LEVELS = [0.22, 0.3, 0.42];

export class Metronome {
  #context;
  #timer = null;

  constructor(context) {
    this.#context = context;
  }

  /**
   * Click `beats`, each `{ at, weight }` with `at` in seconds of the context, in order.
   * `isHeard(beat)` is asked when its time comes; `looked()` is called at every look.
   */
  start(beats, { isHeard, looked }) {
    this.stop();
    let next = 0;
    const look = () => {
      const until = this.#context.currentTime + AHEAD_S;
      for (; next < beats.length && beats[next].at < until; next += 1) {
        if (isHeard(beats[next])) this.#click(beats[next]);
      }
      looked();
    };
    this.#timer = setInterval(look, LOOK_MS);
    look();
  }

  /** What was set already, a quarter of a second at most, still sounds. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #click({ at, weight }) {
    const [tone, level] = [this.#context.createOscillator(), this.#context.createGain()];
    tone.frequency.value = PITCHES_HZ[weight];
    level.gain.setValueAtTime(LEVELS[weight], at);
    level.gain.exponentialRampToValueAtTime(0.001, at + LENGTH_S);
    tone.connect(level).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + LENGTH_S);
  }
}
