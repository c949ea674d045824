/**
 * What was played to the click, and how it is written down.
 *
 * Onsets and durations are in quarter notes from the first bar line; what was
 * played in the count-in lies below 0.
 */
import { barOf, beatOf } from "./metres.js";

const EARLY = 1 / 2; // of a beat: struck so little before the first bar, it was meant for it
const LITTLE = 1 / 8; // of a beat: so little beside a bar line is at it
const UPBEAT_GRID = 1 / 2; // quarter notes
const SHORTEST = 1 / 16; // quarter notes
const SAME = 1e-6;

export class Take {
  #notes = [];
  #pedals = [];

  /** A take of `bars` bars that was told of presses by their moment, in quarter notes. */
  constructor({ tempo, metre, bars }) {
    Object.assign(this, { tempo, metre, bars });
    this.end = bars * barOf(metre);
  }

  /** Another take with the same notes; what was kept comes back by it. */
  static from({ tempo, metre, bars, notes, pedals }) {
    const take = new Take({ tempo, metre, bars });
    take.#notes = notes;
    take.#pedals = pedals;
    return take;
  }

  get notes() {
    return this.#notes;
  }

  toJSON() {
    const { tempo, metre, bars } = this;
    return { tempo, metre, bars, notes: this.#notes, pedals: this.#pedals };
  }

  strike(pitch, velocity, onset) {
    this.release(pitch, onset);
    this.#notes.push({ pitch, velocity, onset, duration: null });
  }

  release(pitch, at) {
    const note = this.#notes.findLast((one) => one.pitch === pitch && one.duration === null);
    if (note) note.duration = Math.max(SHORTEST, at - note.onset);
  }

  pedal(isDown, at) {
    const last = this.#pedals.at(-1);
    const isOpen = last?.duration === null;
    if (isDown && !isOpen) this.#pedals.push({ onset: at, duration: null });
    else if (!isDown && isOpen) last.duration = at - last.onset;
  }

  /** Let go whatever is still down. */
  close(at) {
    for (const one of [...this.#notes, ...this.#pedals]) {
      one.duration ??= Math.max(SHORTEST, at - one.onset);
    }
  }

  /**
   * The notes as they are used: from the upbeat to the last bar that has any, on a grid
   * (in quarter notes; 0 is as played).
   */
  written({ grid = 0, hasUpbeat = true } = {}) {
    const early = (hasUpbeat ? LITTLE : EARLY) * beatOf(this.metre);
    const counted = this.#notes.map((note) => pulled(note, early)).filter(({ onset }) => onset < this.end);
    const upbeat = hasUpbeat ? this.#upbeat(counted) : 0;
    const kept = counted.filter(({ onset }) => hasUpbeat || onset >= 0).map((note) => pulledTo(-upbeat, note));
    const notes = apart(kept.map((note) => onGrid(note, grid)).filter(({ onset }) => onset < this.end - SAME));
    const end = Math.min(this.end, this.#barLineAfter(notes));
    const within = (one) => cut(one, -upbeat, end);
    return { notes: notes.map(within), pedals: this.#pedals.map(within).filter(isLong), upbeat, end };
  }

  /** Where the last bar ends in which a note is struck, or held for more than a little. */
  #barLineAfter(notes) {
    const [bar, little] = [barOf(this.metre), LITTLE * beatOf(this.metre)];
    const reached = notes.map(({ onset, duration }) => Math.max(onset + little, onset + duration - little));
    return bar * (Math.floor(Math.max(0, ...reached) / bar + SAME) + 1);
  }

  /** How long the upbeat is: from its first note, by eighths. */
  #upbeat(notes) {
    const first = Math.min(0, ...notes.map(({ onset }) => onset));
    if (first === 0) return 0;
    return Math.min(barOf(this.metre), Math.max(UPBEAT_GRID, UPBEAT_GRID * Math.round(-first / UPBEAT_GRID)));
  }
}

/** Struck a little before the first bar line, it begins with the bar. */
function pulled(note, early) {
  return note.onset < 0 && note.onset >= -early ? pulledTo(0, note) : note;
}

function pulledTo(onset, note) {
  if (note.onset >= onset) return note;
  return { ...note, onset, duration: Math.max(SHORTEST, note.onset + note.duration - onset) };
}

function onGrid(note, grid) {
  if (!grid) return note;
  const onset = grid * Math.round(note.onset / grid);
  const end = grid * Math.round((note.onset + note.duration) / grid);
  return { ...note, onset, duration: Math.max(grid, end - onset) };
}

/** One key does one thing at a time: it is let go where it is struck again. */
function apart(notes) {
  const ordered = notes.toSorted((a, b) => a.onset - b.onset || a.pitch - b.pitch || b.velocity - a.velocity);
  const single = ordered.filter((note, i) => !ordered.slice(0, i).some((other) => isSame(other, note)));
  return single.map((note, i) => {
    const again = single.slice(i + 1).find(({ pitch }) => pitch === note.pitch);
    return again ? { ...note, duration: Math.min(note.duration, again.onset - note.onset) } : note;
  });
}

function isSame(a, b) {
  return a.pitch === b.pitch && Math.abs(a.onset - b.onset) < SAME;
}

function cut(one, begin, end) {
  const onset = Math.max(begin, one.onset);
  return { ...one, onset, duration: Math.min(end, one.onset + one.duration) - onset };
}

function isLong({ duration }) {
  return duration > 0;
}
