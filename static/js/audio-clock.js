/**
 * What is heard when: moments of the page as moments of the sound.
 *
 * An event says when it happened in milliseconds of the page, and a click is set
 * to a second of the AudioContext. Between the two lie the clocks' beginnings and
 * the way from the context to the ear. The browser tells both together; where it
 * does not, the latency that it states is taken off.
 */
const KEPT = 64; // readings: some two seconds of them

export class AudioClock {
  #context;
  #readings = [];
  #offset = null;

  constructor(context) {
    this.#context = context;
  }

  /** Compare the clocks once more. One reading may be off by a buffer, the middle of many is not. */
  read() {
    this.#readings.push(reading(this.#context));
    if (this.#readings.length > KEPT) this.#readings.shift();
    this.#offset = this.#readings.toSorted((a, b) => a - b)[this.#readings.length >> 1];
  }

  /** Forget what was read: a context that slept has fallen behind the page. */
  reset() {
    this.#readings = [];
    this.read();
  }

  /** The second of the context that is heard at `ms` of the page. */
  heardAt(ms) {
    if (this.#offset === null) this.read();
    return ms / 1000 + this.#offset;
  }
}

function reading(context) {
  const { contextTime, performanceTime } = context.getOutputTimestamp?.() ?? {};
  if (performanceTime > 0) return contextTime - performanceTime / 1000;
  return context.currentTime - (context.outputLatency || context.baseLatency || 0) - performance.now() / 1000;
}
