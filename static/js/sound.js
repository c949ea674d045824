/**
 * The sound of a piece's page, and whoever moves with it.
 *
 * The player may come after the score, and be another element after that: events
 * are caught at the document, on their way down to it.
 */
const MOVES = ["play", "pause", "seeking", "seeked", "timeupdate", "ended", "ratechange"];
const LATE_S = 0.5; // a frame may come so late

/** The one sound of the page, or null while there is none. */
export function sound() {
  return document.querySelector("score-player audio");
}

let stop = null; // the second at which what was asked for is over

/** Play from `seconds`, and no further than `until`; without `play` a paused sound stays paused. */
export function hear(seconds, { play = false, until = null } = {}) {
  const audio = sound();
  if (!audio) return;
  stop = until;
  const end = Number.isFinite(audio.duration) ? audio.duration : Infinity;
  audio.currentTime = Math.min(Math.max(0, seconds), end);
  if (play) audio.play();
}

/** Who went past the end by other ways than this module's wants to hear on. */
function halt(audio) {
  if (stop === null || audio.paused || audio.currentTime < stop) return;
  if (audio.currentTime < stop + LATE_S) audio.pause();
  stop = null;
}

/**
 * Call `show(seconds, audio)` whenever the sound is elsewhere, on every frame while it plays.
 * Returns what ends it.
 */
export function follow(show) {
  let frame = 0;

  function step() {
    const audio = sound();
    if (!audio) return;
    halt(audio);
    show(audio.currentTime, audio);
    cancelAnimationFrame(frame);
    if (!audio.paused) frame = requestAnimationFrame(step);
  }

  function moved(event) {
    if (event.target === sound()) step();
  }

  for (const name of MOVES) document.addEventListener(name, moved, true);
  return () => {
    cancelAnimationFrame(frame);
    for (const name of MOVES) document.removeEventListener(name, moved, true);
  };
}
