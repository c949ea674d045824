/**
 * A piano made of recorded keys, every fourth semitone; those between are bent.
 *
 * The file is one row of equal slots, as bin/render-piano writes it. A browser may
 * put some silence before it, so each slot is looked through for its stroke.
 */
const [LOWEST, APART, HIGHEST] = [23, 4, 107]; // pitches in the file
const SLOT_S = 3.5;
const RING_S = 3.4; // of a slot, from its stroke to its end
const SEARCH_S = 0.2;
const STRUCK = 0.02; // of the slot's peak
const ATTACK_S = 0.002;
const DAMPING_S = 0.09; // until a third is left, once a key is up
const GONE_S = 0.7;
const LEVEL = 0.55;
const [DARKEST_HZ, BRIGHTEST_HZ] = [700, 16_000]; // what the softest and the loudest let through

export class PianoSound {
  #context;
  #keys = new Map(); // pitch in the file -> { buffer, begin }
  #held = new Map(); // pitch -> voice, its key down
  #ringing = new Set(); // voices whose key is up, the pedal down
  #voices = new Set();
  #isPedalDown = false;
  #output;

  constructor(context) {
    this.#context = context;
    this.#output = context.createGain();
    this.#output.gain.value = LEVEL;
    this.#output.connect(context.destination);
  }

  async load(src) {
    const answer = await fetch(src);
    if (!answer.ok) throw new Error(`${src}: ${answer.status}`);
    const buffer = await this.#context.decodeAudioData(await answer.arrayBuffer());
    for (let pitch = LOWEST, at = 0; pitch <= HIGHEST; pitch += APART, at += SLOT_S) {
      this.#keys.set(pitch, { buffer, begin: strokeIn(buffer, at) });
    }
    // Keys that went down while the file was on its way.
    for (const [pitch, { velocity }] of [...this.#held]) this.strike(pitch, velocity);
  }

  strike(pitch, velocity) {
    this.release(pitch);
    this.#held.set(pitch, this.#voice(pitch, velocity, this.#context.currentTime) ?? { velocity });
  }

  release(pitch) {
    const voice = this.#held.get(pitch);
    this.#held.delete(pitch);
    if (!voice?.source) return;
    if (this.#isPedalDown) this.#ringing.add(voice);
    else this.#damp(voice, this.#context.currentTime);
  }

  pedal(isDown) {
    this.#isPedalDown = isDown;
    if (isDown) return;
    for (const voice of this.#ringing) this.#damp(voice, this.#context.currentTime);
    this.#ringing.clear();
  }

  /** Have a key sound from one second of the context to another. */
  sound(pitch, velocity, begin, end) {
    const voice = this.#voice(pitch, velocity, begin);
    if (voice) this.#damp(voice, end);
  }

  silence() {
    for (const voice of this.#voices) this.#damp(voice, this.#context.currentTime);
    this.#held.clear();
    this.#ringing.clear();
  }

  #voice(pitch, velocity, at) {
    const nearest = LOWEST + APART * Math.round((pitch - LOWEST) / APART);
    const recorded = Math.min(HIGHEST, Math.max(LOWEST, nearest));
    const key = this.#keys.get(recorded);
    if (!key) return null;
    const source = this.#context.createBufferSource();
    source.buffer = key.buffer;
    source.playbackRate.value = 2 ** ((pitch - recorded) / 12);
    const colour = this.#context.createBiquadFilter();
    colour.frequency.value = DARKEST_HZ * (BRIGHTEST_HZ / DARKEST_HZ) ** (velocity / 127);
    const level = this.#context.createGain();
    level.gain.value = 0; // silenced before its time, it stays silent
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime((velocity / 127) ** 1.6, at + ATTACK_S);
    source.connect(colour).connect(level).connect(this.#output);
    source.start(at, key.begin, RING_S);
    const voice = { source, level, velocity };
    this.#voices.add(voice);
    source.addEventListener("ended", () => this.#voices.delete(voice));
    return voice;
  }

  #damp({ source, level }, at) {
    level.gain.cancelScheduledValues(at);
    level.gain.setTargetAtTime(0, at, DAMPING_S);
    source.stop(at + GONE_S);
  }
}

/** Where in the buffer the key of a slot is struck, in seconds. */
function strokeIn(buffer, at) {
  const samples = buffer.getChannelData(0).subarray(at * buffer.sampleRate, (at + SEARCH_S) * buffer.sampleRate);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const struck = samples.findIndex((sample) => Math.abs(sample) > STRUCK * peak);
  return at + Math.max(0, struck) / buffer.sampleRate;
}
