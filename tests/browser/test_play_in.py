"""An opening is played to the click, and the file that is sent says what was played and when."""

from __future__ import annotations

import email
import io
import re
from itertools import pairwise
from statistics import median

import mido
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations

ADDRESS = "/openings/play/"
NEAR_S = 0.030
QUARTER_TICKS = 480

# Keyboards that a test plugs in and plays, and an ear for the clicks and for the strings.
STUDIO = """() => {
    const access = Object.assign(new EventTarget(), { inputs: new Map() });
    window.plug = (name, state = 'connected') => {
        access.inputs.set(name, { ...access.inputs.get(name), name, state });
        access.dispatchEvent(new Event('statechange'));
    };
    window.midi = (name, data, timeStamp) =>
        access.inputs.get(name).onmidimessage({ data: new Uint8Array(data), timeStamp });
    navigator.requestMIDIAccess = async () => {
        if (window.isRefused) throw new DOMException('no', 'NotAllowedError');
        return access;
    };
    window.clicks = [], window.strings = [];
    for (const [kind, heard] of [[OscillatorNode, clicks], [AudioBufferSourceNode, strings]]) {
        const start = kind.prototype.start;
        kind.prototype.start = function (when, ...rest) {
            heard.push({ when, ahead: when - this.context.currentTime });
            window.sounding = this.context;
            return start.call(this, when, ...rest);
        };
    }
    // The millisecond of the page at which the first click is heard.
    window.firstClick = () => performance.now()
        + (clicks[0].when - sounding.currentTime + sounding.outputLatency) * 1000;
}"""
# Strikes keys at their times, each [onset, duration, pitch, velocity] in quarter notes.
PERFORM = """async ({ notes, pedals, bar, quarter }) => {
    const begin = firstClick() + bar * quarter * 1000;
    const at = (onset) => begin + onset * quarter * 1000;
    const messages = [
        ...notes.flatMap(([onset, duration, pitch, velocity]) => [
            [at(onset), [0x90, pitch, velocity]], [at(onset + duration), [0x90, pitch, 0]]]),
        ...pedals.flatMap(([onset, duration]) => [
            [at(onset), [0xb0, 64, 90]], [at(onset + duration), [0xb0, 64, 10]]]),
    ].sort((a, b) => a[0] - b[0]);
    for (const [ms, data] of messages) {
        await new Promise((done) => setTimeout(done, ms - performance.now()));
        midi('Clavinova', data, ms);
    }
}"""

# The sound of one key for a second, as the page's own piano makes it.
STRIKE = """async (pitch) => {
    const { PianoSound } = await import('/static/js/piano-sound.js');
    const context = new OfflineAudioContext(1, 44100, 44100);
    const piano = new PianoSound(context);
    await piano.load('/static/sound/piano.mp3');
    piano.sound(pitch, 90, 0.25, 0.8);
    return [...(await context.startRendering()).getChannelData(0)];
}"""


class Played:
    """What is in the file that was sent."""

    def __init__(self, data: bytes) -> None:
        self.midi = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
        (track,) = self.midi.tracks
        self.messages, tick = [], 0
        for message in track:
            tick += message.time
            self.messages.append((tick / QUARTER_TICKS, message))
        self.end = tick / QUARTER_TICKS

    def of(self, *kinds: str) -> list:
        return [(at, one) for at, one in self.messages if one.type in kinds]

    @property
    def notes(self) -> list[tuple[float, int, int]]:
        struck = [(at, one) for at, one in self.of("note_on") if one.velocity]
        return [(at, one.note, one.velocity) for at, one in struck]

    @property
    def metres(self) -> list[tuple[float, int, int]]:
        return [(at, one.numerator, one.denominator) for at, one in self.of("time_signature")]


@pytest.fixture
def studio(visit, transactional_db):
    """Open the page with keyboards that can be plugged in."""

    def open_page(**options):
        page = visit("about:blank", **options)
        page.add_init_script(f"({STUDIO})()")
        page.goto(ADDRESS)
        return page

    return open_page


def count(page, **choices):
    """Choose how the bars are counted."""
    for name, value in choices.items():
        field = page.locator(f"[name={name}]")
        if name in ("metre", "grid"):
            field.select_option(value)
        elif isinstance(value, bool):
            field.set_checked(value)
        else:
            field.fill(str(value))


def record(page):
    """Press Record, and wait for the first click."""
    page.get_by_role("button", name="Record").click()
    page.evaluate("async () => { while (!clicks.length) await new Promise(requestAnimationFrame) }")


def sent(page) -> Played:
    """Use what was played, and read the file that the server would get; the page stays."""
    page.route("**/openings/upload/", lambda route: route.fulfill(status=204))
    with page.expect_request("**/openings/upload/") as asked:
        page.get_by_role("button", name="Use this opening").click()
    kind = f"Content-Type: {asked.value.headers['content-type']}\r\n\r\n"
    parts = email.message_from_bytes(kind.encode() + asked.value.post_data_buffer).get_payload()
    named = {part.get_param("name", header="content-disposition"): part for part in parts}
    return Played(named["file"].get_payload(decode=True))


@pytest.mark.on_the_beat
def test_what_a_midi_keyboard_plays_to_the_click_is_in_the_file(studio):
    """Tempo, metre, an upbeat, onsets to 30 ms, velocities, pedal and the end of the last bar."""
    page = studio()
    page.evaluate("plug('Clavinova')")
    page.get_by_role("button", name="Use a MIDI keyboard").click()
    expect(page.get_by_text("Listening to Clavinova.")).to_be_visible()
    count(page, tempo=180, metre="3/4", bars=2)
    notes = [(-1, 0.9, 67, 50), (0, 0.9, 72, 100), (0, 2.5, 48, 64), (1, 0.5, 71, 72)]
    notes += [(1.5, 0.5, 72, 80), (3, 2, 76, 127), (3, 2, 36, 1)]

    record(page)
    page.evaluate(PERFORM, {"notes": notes, "pedals": [(0, 2.5)], "bar": 3, "quarter": 1 / 3})
    expect(page.locator("play-in")).to_have_attribute("data-state", "taken")
    played = sent(page)

    assert (0, 480) == (played.midi.type, played.midi.ticks_per_beat)
    assert [180] == [round(mido.tempo2bpm(one.tempo), 2) for _, one in played.of("set_tempo")]
    assert [(0, 1, 4), (1, 3, 4)] == played.metres
    assert ["My opening"] == [one.name for _, one in played.of("track_name")]
    wanted = sorted((onset + 1, pitch, velocity) for onset, _, pitch, velocity in notes)
    assert [note[1:] for note in wanted] == [note[1:] for note in sorted_by_bar(played.notes)]
    for (at, *_), (onset, *_) in zip(sorted_by_bar(played.notes), wanted, strict=True):
        assert abs(at - onset) / 3 < NEAR_S
    pedals = [(one.value, at) for at, one in played.of("control_change") if one.control == 64]
    assert [127, 0] == [value for value, _ in pedals]
    assert [1, 3.5] == pytest.approx([at for _, at in pedals], abs=3 * NEAR_S)
    assert 1 + 2 * 3 == played.end


def sorted_by_bar(notes):
    """Two keys that go down together have no order."""
    return sorted(notes, key=lambda note: (round(note[0], 1), note[1]))


@pytest.mark.on_the_beat
def test_every_click_is_set_ahead_on_the_clock_of_the_sound(studio):
    """Evenly, six in a bar of 6/8, long before; and none after the count-in if none is wanted."""
    page = studio()
    count(page, tempo=240, metre="6/8", bars=1)
    record(page)
    expect(page.locator("play-in")).to_have_attribute("data-state", "recording")
    expect(page.get_by_text("Nothing was played.")).to_be_visible()

    clicks = page.evaluate("clicks")
    apart = [b["when"] - a["when"] for a, b in pairwise(clicks)]
    assert [0.125] * 11 == pytest.approx(apart)
    assert median(click["ahead"] for click in clicks) > 0.2

    page.evaluate("clicks.length = 0")
    count(page, click=False)
    record(page)
    expect(page.locator("play-in")).to_have_attribute("data-state", "idle")
    assert 6 == page.evaluate("clicks.length")


@pytest.mark.on_the_beat
def test_letters_play_at_the_moment_they_are_pressed(studio):
    """R records, X goes up an octave, space stops; a field that is written in plays nothing."""
    page = studio()
    page.evaluate(
        """() => { window.pressed = [];
        document.addEventListener('keydown', ({ timeStamp }) => pressed.push(timeStamp), true); }"""
    )
    count(page, tempo=240, metre="2/4", bars=4)
    page.keyboard.press("a")  # in the number field: no letter of the piano
    page.locator("h1").click()
    page.keyboard.press("x")
    page.keyboard.press("r")
    page.wait_for_timeout(800)
    page.evaluate("pressed.length = 0")
    for letter in "awk":
        page.keyboard.down(letter)
        page.wait_for_timeout(150)
        page.keyboard.up(letter)
    stamps = page.evaluate("pressed")
    bar_line = page.evaluate("firstClick() + 500")
    page.keyboard.press("Space")
    expect(page.locator("play-in")).to_have_attribute("data-state", "taken")

    played = sent(page)

    assert [72, 73, 84] == [pitch for _, pitch, _ in played.notes]
    for stamp, (at, *_) in zip(stamps, played.notes, strict=True):
        assert abs((stamp - bar_line) / 1000 - at / 4) < NEAR_S


def test_a_finger_plays_louder_near_the_edge_and_glides_from_key_to_key(studio):
    """Real strings sound, and the piano is asked for only once somebody acts."""
    page = studio(viewport={"width": 390, "height": 844}, has_touch=True)
    keyboard = page.locator("on-screen-keyboard")
    assert not page.evaluate(
        "performance.getEntriesByName(location.origin + '/static/sound/piano.mp3').length"
    )
    with page.expect_response(re.compile("piano.mp3")):
        page.get_by_role("button", name="An octave lower").click()
    page.wait_for_timeout(500)

    c, e = (keyboard.locator(f"[data-pitch='{pitch}']").bounding_box() for pitch in (48, 52))
    page.mouse.move(c["x"] + c["width"] / 4, c["y"] + 0.9 * c["height"])
    page.mouse.down()
    expect(keyboard.locator("[data-down]")).to_have_attribute("data-pitch", "48")
    page.mouse.move(e["x"] + e["width"] / 2, e["y"] + 0.9 * e["height"])
    expect(keyboard.locator("[data-down]")).to_have_attribute("data-pitch", "52")
    page.mouse.up()
    expect(keyboard.locator("[data-down]")).to_have_count(0)

    assert 2 == page.evaluate("strings.length")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_key_sounds_at_once_and_at_its_own_pitch(studio):
    """Silent until it is struck, loud within 20 ms, in tune to a fifth of a semitone."""
    page = studio()
    for pitch, hertz in ((48, 130.8), (69, 440.0), (86, 1174.7)):
        samples = np.array(page.evaluate(STRIKE, pitch))

        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
        near = slice(int(8 * hertz * 0.9), int(8 * hertz * 1.1))
        found = (near.start + int(spectrum[near].argmax())) / 8
        assert abs(12 * np.log2(found / hertz)) < 0.2
        assert 0 == np.abs(samples[:11_000]).max()
        assert np.abs(samples[11_025:11_907]).max() > 0.05


@pytest.fixture
def uneven(studio):
    """Eighths that hurry, an upbeat that is barely early, and a note a little before the bar."""
    page = studio()
    page.evaluate("plug('Clavinova')")
    page.get_by_role("button", name="Use a MIDI keyboard").click()
    count(page, tempo=120, metre="2/4", bars=2)
    record(page)
    page.wait_for_timeout(200)
    page.evaluate(
        """() => { const begin = firstClick() + 1000;
        for (const [onset, pitch] of [[-0.55, 60], [-0.1, 62], [0.45, 64], [1.07, 65], [1.4, 67]]) {
            midi('Clavinova', [0x90, pitch, 80], begin + onset * 500);
            midi('Clavinova', [0x80, pitch, 0], begin + (onset + 0.3) * 500);
        } }"""
    )
    page.get_by_role("button", name="Stop").click()
    return page


@pytest.mark.on_the_beat
def test_a_take_is_written_as_is_chosen(uneven):
    """In eighths from an upbeat of one; or as played, without it, from the bar line."""
    count(uneven, grid="0.5")
    assert 5 == uneven.locator(".roll__played").get_attribute("d").count("M")

    in_eighths = sent(uneven)
    count(uneven, grid="0", upbeat=False)
    as_played = sent(uneven)

    assert [(0, 1, 8), (0.5, 2, 4)] == in_eighths.metres
    assert [0, 0.5, 1, 1.5, 2] == [at for at, *_ in in_eighths.notes]
    assert [(0, 2, 4)] == as_played.metres
    assert [62, 64, 65, 67] == [pitch for _, pitch, _ in as_played.notes]
    onsets = [at for at, *_ in as_played.notes]
    assert [0, 0.45, 1.07, 1.4] == pytest.approx(onsets, abs=2 * NEAR_S)


def test_a_take_is_heard_again_and_outlives_a_reload(uneven):
    """Space plays it back; whoever comes back finds it."""
    before = uneven.evaluate("strings.length")
    uneven.locator("h1").click()
    uneven.keyboard.press("Space")
    expect(uneven.locator("play-in")).to_have_attribute("data-state", "listening")
    expect(uneven.locator(".roll__cursor")).to_have_attribute("d", re.compile("M"))
    assert 5 == uneven.evaluate("strings.length") - before

    uneven.reload()

    expect(uneven.get_by_text("Your last take is still here. Notes played: 5.")).to_be_visible()
    assert 5 == len(sent(uneven).notes)


def test_keyboards_come_and_go_and_may_be_refused_or_unknown(studio):
    """Each in a sentence."""
    page = studio()
    use = page.get_by_role("button", name="Use a MIDI keyboard")
    page.evaluate("Object.assign(window, { kept: navigator.requestMIDIAccess })")
    page.evaluate(
        "delete navigator.requestMIDIAccess; delete Navigator.prototype.requestMIDIAccess"
    )
    use.click()
    expect(page.get_by_text("This browser has no Web MIDI.")).to_be_visible()
    page.evaluate("navigator.requestMIDIAccess = kept")

    page.evaluate("window.isRefused = true")
    use.click()
    expect(page.get_by_text("The browser was not allowed to use MIDI.")).to_be_visible()

    page.evaluate("window.isRefused = false")
    use.click()
    expect(page.get_by_text("No MIDI keyboard is plugged in yet.")).to_be_visible()
    page.evaluate("plug('Clavinova'), plug('Seaboard')")
    expect(page.get_by_text("Listening to Clavinova and Seaboard.")).to_be_visible()
    page.evaluate("plug('Clavinova', 'disconnected')")
    expect(page.get_by_text("Listening to Seaboard.")).to_be_visible()


def test_the_instrument_shuts_nobody_out(studio):
    """Before a take and after one, begun while the piano is on its way; it is one stop of Tab."""
    page = studio()
    assert [] == violations(page)
    count(page, tempo=240)
    page.get_by_role("button", name="Record").click()
    page.keyboard.down("a")
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Stop").click()

    assert [] == violations(page)
    page.emulate_media(color_scheme="dark")
    assert [] == violations(page)
    assert 1 == page.locator("on-screen-keyboard, on-screen-keyboard [tabindex]").count()


def test_without_a_script_the_page_says_what_it_needs(visit, transactional_db):
    """And leads to the upload."""
    page = visit(ADDRESS, java_script_enabled=False)

    expect(page.locator("noscript p")).to_contain_text("Playing here needs JavaScript.")
    assert "/openings/upload/" == page.locator("noscript a").get_attribute("href")
    expect(page.get_by_role("button", name="Record")).to_be_hidden()
