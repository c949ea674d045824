"""What the tests ask of a sound on a page."""

# Play it without a sound, until it is where it was sent.
HEAR = """async (audio) => {
    audio.muted = true;
    await audio.play();
    while (audio.currentTime === 0 || audio.seeking)
        await new Promise((done) => setTimeout(done, 20));
    return audio.currentTime;
}"""

# How many seconds it has, which its head says.
DURATION = """async (audio) => {
    audio.preload = "metadata";
    audio.load();
    if (audio.readyState < 1) await new Promise((done) => audio.onloadedmetadata = done);
    return audio.duration;
}"""
