/**
 * Which keys a piano has, and which letters play them.
 *
 * Letters are told by their place on the computer's keyboard and not by what is
 * printed there, so a Russian or a French one plays the same.
 */
export const HIGHEST = 108; // the last of the 88 keys
export const OCTAVE = 12;

const WHITE = [0, 2, 4, 5, 7, 9, 11]; // pitch classes

/** Semitones above the C where the hand stands. */
export const LETTERS = new Map(
  [
    ...["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ"],
    ...["KeyK", "KeyO", "KeyL", "KeyP", "Semicolon", "Quote"],
  ].map((code, semitones) => [code, semitones]),
);
const PRINTED = { Semicolon: ";", Quote: "’" };

/** What the key of a letter is called on most keyboards. */
export function printed(code) {
  return PRINTED[code] ?? code.slice(3);
}

export function isWhite(pitch) {
  return WHITE.includes(pitch % OCTAVE);
}

/** How many white keys lie below a pitch, from C of the lowest octave of MIDI. */
export function whitesBelow(pitch) {
  return Math.floor(pitch / OCTAVE) * WHITE.length + WHITE.filter((one) => one < pitch % OCTAVE).length;
}

/** `C4` for middle C. */
export function octaveOf(pitch) {
  return Math.floor(pitch / OCTAVE) - 1;
}
