/**
 * A Standard MIDI File of one track: format 0, tempo, metre, notes and the sustain pedal.
 *
 * Onsets and durations are in quarter notes from the first bar line; an upbeat lies
 * before it, and gets a short bar of its own, as printed music has it.
 */
export const TICKS = 480; // a quarter note

const MICROSECONDS = 60_000_000; // a minute
const CLOCKS = 96; // MIDI clocks of a whole note
const SUSTAIN = 64;
const [PRESSED, LIFTED] = [127, 0];
const [META, TEXT, TEMPO, METRE, END] = [0xff, 0x03, 0x51, 0x58, 0x2f];
const [NOTE_OFF, NOTE_ON, CONTROL] = [0x80, 0x90, 0xb0];
// At one moment keys are let go before others are struck, and the pedal moves in between.
const ORDER = { head: 0, off: 1, pedal: 2, on: 3 };

/** The bytes of a take. `upbeat` and `end` are in quarter notes, before and after the bar line. */
export function midiFile({ name, tempo, metre, upbeat = 0, end, notes, pedals = [] }) {
  const tick = (quarters) => Math.max(0, Math.round((quarters + upbeat) * TICKS));
  const events = [
    event(0, "head", [META, TEXT, ...sized(new TextEncoder().encode(name))]),
    event(0, "head", [META, TEMPO, 3, ...bytes(Math.round(MICROSECONDS / tempo), 3)]),
    ...(upbeat ? [event(0, "head", signature(shortBar(upbeat)))] : []),
    event(tick(0), "head", signature(metre)),
    ...notes.flatMap(({ onset, duration, pitch, velocity }) => [
      event(tick(onset), "on", [NOTE_ON, pitch, velocity]),
      event(Math.max(tick(onset) + 1, tick(onset + duration)), "off", [NOTE_OFF, pitch, 0]),
    ]),
    ...pedals.flatMap(({ onset, duration }) => [
      event(tick(onset), "pedal", [CONTROL, SUSTAIN, PRESSED]),
      event(tick(onset + duration), "pedal", [CONTROL, SUSTAIN, LIFTED]),
    ]),
  ];
  const track = inTime(events.toSorted((a, b) => a.tick - b.tick || ORDER[a.kind] - ORDER[b.kind]), tick(end));
  const head = [...letters("MThd"), ...bytes(6, 4), ...bytes(0, 2), ...bytes(1, 2), ...bytes(TICKS, 2)];
  return new Uint8Array([...head, ...letters("MTrk"), ...bytes(track.length, 4), ...track]);
}

function event(tick, kind, message) {
  return { tick, kind, message };
}

/** Each message after the ticks since the one before; silence up to the end counts. */
function inTime(events, end) {
  let before = 0;
  const track = events.flatMap(({ tick, message }) => {
    const wait = tick - before;
    before = tick;
    return [...variable(wait), ...message];
  });
  return [...track, ...variable(Math.max(0, end - before)), META, END, 0];
}

/** The metre of an upbeat: 1/4, 3/8, 1/16 and so on. */
function shortBar(quarters) {
  const denominator = [4, 8, 16].find((unit) => Number.isInteger((quarters * unit) / 4));
  return { numerator: (quarters * denominator) / 4, denominator };
}

function signature({ numerator, denominator }) {
  const isCompound = denominator === 8 && numerator % 3 === 0;
  const click = (CLOCKS / denominator) * (isCompound ? 3 : 1);
  return [META, METRE, 4, numerator, Math.log2(denominator), click, 8];
}

function letters(word) {
  return [...word].map((letter) => letter.charCodeAt(0));
}

function sized(data) {
  return [...variable(data.length), ...data];
}

function bytes(value, count) {
  return Array.from({ length: count }, (_, i) => (value >> (8 * (count - 1 - i))) & 0xff);
}

/** Seven bits a byte, the highest first; all but the last say that more come. */
function variable(value) {
  const groups = [value & 0x7f];
  for (let rest = value >> 7; rest; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}
