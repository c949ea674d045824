/**
 * One sound at a time: a player that starts pauses every other on the page.
 *
 * Sounds do not bubble; on their way down they are heard all the same. The others are
 * paused at the very end of that way, so that who compares two takes may still see
 * where the other one was.
 */
document.addEventListener(
  "play",
  ({ target }) => target.addEventListener("play", () => hush(target), { once: true }),
  { capture: true },
);

function hush(sounding) {
  for (const audio of document.querySelectorAll("audio")) {
    if (audio !== sounding && !audio.paused) audio.pause();
  }
}
