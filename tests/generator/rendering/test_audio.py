"""Sound: heard, level, whole, the same every time, and a sentence where it cannot be."""

import sys
import wave
from dataclasses import replace
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile

from generator import files
from generator.errors import RenderingError
from generator.rendering import audio, soundfonts, sounds
from generator.rendering.synthesizer import Synthesizer
from generator.score import Note, Origin, Pedal, Score, Tempo

ORIGIN = Origin(
    model="Chopin", opening="Sonata K. 331", attribution="Frédéric, CC BY-SA",
    temperature=1.0, top_p=1.0, seed=7,
)  # fmt: skip
SCALE = Score(
    notes=tuple(Note(i / 2, 0.5, 60 + i, 50 + 4 * i) for i in range(12)), origin=ORIGIN
)  # 3 seconds
OTHER = Score(notes=(Note(0.0, 4.0, 36, 120), Note(0.0, 4.0, 43, 120)))


@pytest.fixture(scope="module")
def synthesizer() -> Synthesizer:
    """One for all the tests here, as a worker keeps one for all its pieces."""
    return Synthesizer()


@pytest.fixture(scope="module")
def sounding(synthesizer, tmp_path_factory) -> dict[str, Path]:
    """``SCALE`` in every format."""
    folder = tmp_path_factory.mktemp("sounding")
    return audio.sound(
        SCALE, folder, formats=("wav", "ogg", "mp3", "flac"), title="A scale",
        synthesizer=synthesizer,
    )  # fmt: skip


def loudest_hz(samples: np.ndarray) -> float:
    """Return the frequency that holds most of the sound of both channels."""
    mono = samples.sum(axis=1)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono))))
    return float(spectrum.argmax() * sounds.RATE / len(mono))


class TestSynthesizer:
    def test_a_note_is_heard_at_its_pitch_and_time(self, synthesizer):
        """The A above middle C, one second in: 440 Hz, and nothing before it."""
        samples = synthesizer.render(Score(notes=(Note(2.0, 2.0, 69, 90),)))

        before, after = samples[: sounds.RATE - 128], samples[sounds.RATE : 2 * sounds.RATE]
        assert np.abs(before).max() < 1e-5
        assert pytest.approx(440, abs=2) == loudest_hz(after)

    def test_a_piece_sounds_the_same_whatever_was_played_before(self, synthesizer):
        """Bit for bit: nothing rings over, not even the hall."""
        first = synthesizer.render(SCALE)
        synthesizer.render(OTHER)

        assert np.array_equal(first, synthesizer.render(SCALE))

    def test_the_last_notes_ring_and_fade_to_nothing(self, synthesizer):
        """The sound goes on after the last key, for 4 seconds at most, and ends in silence."""
        samples = synthesizer.render(SCALE)

        rung_s = len(samples) / sounds.RATE - SCALE.seconds
        assert 0.3 < rung_s < 4.1
        assert np.abs(samples[-1]).max() == 0

    def test_the_pedal_holds_what_the_finger_let_go(self, synthesizer):
        """A second after a short note the pedal makes the difference between sound and none."""
        short = Score(notes=(Note(0.0, 0.5, 60, 90), Note(6.0, 0.5, 72, 90)))
        held = replace(short, pedals=(Pedal(0.0, 5.0),))

        second = slice(sounds.RATE, 2 * sounds.RATE)  # two quarters in
        dry, wet = (synthesizer.render(score)[second] for score in (short, held))
        assert np.abs(wet).mean() > 10 * np.abs(dry).mean()

    def test_a_pedal_lifted_long_after_the_music_is_no_harm(self, synthesizer):
        """The sound ends when it has died away."""
        score = Score(notes=(Note(0.0, 1.0, 60, 90),), pedals=(Pedal(0.0, 400.0),))

        assert len(synthesizer.render(score)) / sounds.RATE < 6

    def test_the_tempi_are_heard(self, synthesizer):
        """A tempo of half the speed puts the second note at twice the time."""
        slow = Score(notes=(Note(1.0, 1.0, 69, 90),), tempi=(Tempo(0.0, 60.0),))

        samples = synthesizer.render(slow)

        assert np.abs(samples[: sounds.RATE - 128]).max() < 1e-5
        assert pytest.approx(440, abs=2) == loudest_hz(samples[sounds.RATE : 2 * sounds.RATE])

    def test_a_key_let_go_stops_sounding(self, synthesizer):
        """A second later a short note is thirty times softer than one still held."""
        short, held = (
            synthesizer.render(Score(notes=(Note(0.0, d, 48, 90), Note(3.9, 0.1, 100, 1))))
            for d in (0.5, 4.0)
        )

        later = slice(int(1.25 * sounds.RATE), int(1.5 * sounds.RATE))
        assert np.abs(short[later]).max() * 30 < np.abs(held[later]).max()

    def test_louder_keys_are_louder(self, synthesizer):
        """Velocity is heard."""
        soft, loud = (
            np.abs(synthesizer.render(Score(notes=(Note(0.0, 1.0, 60, velocity),)))).max()
            for velocity in (30, 110)
        )

        assert loud > 4 * soft

    def test_both_channels_sound_and_differ(self, synthesizer):
        """It is stereo."""
        left, right = synthesizer.render(SCALE).T

        assert min(np.abs(left).max(), np.abs(right).max()) > 0.01
        assert not np.array_equal(left, right)

    def test_no_notes_are_silence_and_said_to_be(self, synthesizer):
        """FluidSynth would call it a success."""
        with pytest.raises(RenderingError, match="The sound of the piece is silence"):
            synthesizer.render(Score(notes=()))

    def test_an_endless_piece_is_refused_before_memory_is_taken(self, synthesizer):
        """The sentence names the length and the bound."""
        with pytest.raises(RenderingError, match=r"lasts 5,000 seconds, and at most 1,800"):
            synthesizer.render(Score(notes=(Note(9_999.0, 1.0, 60),)))

    def test_work_that_takes_too_long_is_stopped(self, synthesizer):
        """A limit of nothing is passed at the first note."""
        with pytest.raises(RenderingError, match="FluidSynth was stopped after 0 seconds"):
            synthesizer.render(SCALE, limit_s=0.0)


class TestSoundFonts:
    def test_the_one_that_is_named_is_taken(self, monkeypatch, tmp_path):
        """The variable SOUNDFONT comes first."""
        named = tmp_path / "mine.sf2"
        named.touch()
        monkeypatch.setenv("SOUNDFONT", str(named))

        assert named == soundfonts.find()

    def test_a_named_one_that_is_missing_is_not_replaced_in_silence(self, monkeypatch, tmp_path):
        """The sentence names the package."""
        monkeypatch.setenv("SOUNDFONT", str(tmp_path / "none.sf2"))

        with pytest.raises(RenderingError, match="install fluid-soundfont-gm"):
            soundfonts.find()

    def test_without_any_installed_the_small_one_plays(self, monkeypatch):
        """pretty_midi brings it."""
        monkeypatch.delenv("SOUNDFONT", raising=False)
        monkeypatch.setattr(soundfonts, "FOLDERS", ())
        soundfont = soundfonts.find()

        assert "TimGM6mb.sf2" == soundfont.name
        assert np.abs(Synthesizer(soundfont).render(SCALE)).max() > 0.01

    @pytest.mark.parametrize("kept", [0, 5_000])
    def test_a_damaged_one_is_found_out(self, monkeypatch, tmp_path, kept):
        """Empty, or cut off: FluidSynth itself would go on in silence."""
        monkeypatch.delenv("SOUNDFONT", raising=False)
        monkeypatch.setattr(soundfonts, "FOLDERS", ())
        damaged = tmp_path / "damaged.sf2"
        damaged.write_bytes(soundfonts.find().read_bytes()[:kept])

        with pytest.raises(RenderingError, match=r"damaged\.sf2 cannot be played"):
            Synthesizer(damaged)

    def test_one_whose_samples_are_gone_is_found_out(self, monkeypatch, tmp_path):
        """Its piano is there, and makes no sound."""
        monkeypatch.delenv("SOUNDFONT", raising=False)
        monkeypatch.setattr(soundfonts, "FOLDERS", ())
        content = soundfonts.find().read_bytes()
        begin = content.index(b"smpl") + 8
        length = int.from_bytes(content[begin - 4 : begin], "little")
        muted = tmp_path / "muted.sf2"
        muted.write_bytes(content[:begin] + bytes(length) + content[begin + length :])

        with pytest.raises(RenderingError, match="is silence"):
            Synthesizer(muted).render(SCALE)


class TestFiles:
    def test_the_wav_is_what_was_promised(self, sounding):
        """16-bit PCM, 44.1 kHz, stereo, its peak at -3 dBFS."""
        with wave.open(str(sounding["wav"])) as opened:
            assert (2, 2, 44_100) == (
                opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
            )  # fmt: skip
        samples, _ = soundfile.read(sounding["wav"])

        assert pytest.approx(-3.0, abs=0.01) == 20 * np.log10(np.abs(samples).max())

    @pytest.mark.parametrize("kind", ["ogg", "mp3", "flac"])
    def test_every_format_holds_the_same_sound(self, sounding, kind):
        """As long to a tenth of a second, as loud, and the same waves."""
        wav, _ = soundfile.read(sounding["wav"])
        other, rate = soundfile.read(sounding[kind])

        n = min(len(wav), len(other))
        assert 44_100 == rate
        assert pytest.approx(len(wav), abs=4_410) == len(other)
        assert -6 < 20 * np.log10(np.abs(other).max()) < -1
        assert np.corrcoef(wav[:n, 0], other[:n, 0])[0, 1] > 0.98

    @pytest.mark.parametrize("kind", ["ogg", "mp3"])
    def test_the_compressed_ones_are_a_tenth_of_the_wav(self, sounding, kind):
        """For a page on a slow line."""
        assert sounding[kind].stat().st_size < sounding["wav"].stat().st_size / 10

    @pytest.mark.parametrize("kind", ["wav", "ogg", "mp3", "flac"])
    def test_the_origin_and_the_title_are_inside(self, sounding, kind):
        """Accents survive."""
        said = str({k: str(v) for k, v in mutagen.File(sounding[kind]).tags.items()})

        assert ORIGIN.sentence() in said
        assert "A scale" in said

    def test_nothing_else_is_left_in_the_folder(self, sounding):
        """What was written aside has been moved into place."""
        folder = sounding["wav"].parent

        assert {p.name for p in sounding.values()} == {p.name for p in folder.iterdir()}

    def test_a_long_piece_survives_vorbis(self, tmp_path):
        """A minute in one write crashes libsndfile."""
        time = np.arange(90 * sounds.RATE, dtype=np.float32) / sounds.RATE
        tone = np.sin(2 * np.pi * 220 * time, dtype=np.float32)[:, None].repeat(2, axis=1) / 2

        path = sounds.write(tone, tmp_path, formats=("ogg",))["ogg"]

        assert pytest.approx(90, abs=0.1) == soundfile.info(path).duration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds ``SCALE`` as MIDI, and nothing else."""
    made = tmp_path / "piece"
    made.mkdir()
    files.write_midi(SCALE, made / "piece.mid")
    return made


@pytest.mark.slow
class TestProgram:
    def test_it_plays_what_the_library_plays(self, synthesizer, folder):
        """As loud within a decibel, and about as long."""
        audio.render_with_program(folder / "piece.mid", folder / "piece.wav")
        by_program, _ = soundfile.read(folder / "piece.wav")

        peaks = np.abs(by_program).max(), np.abs(synthesizer.render(SCALE)).max()
        assert abs(20 * np.log10(peaks[0] / peaks[1])) < 1
        assert {"piece.mid", "piece.wav"} == {p.name for p in folder.iterdir()}

    def test_it_takes_over_where_the_library_is_missing(self, monkeypatch, tmp_path):
        """No libfluidsynth: importing pyfluidsynth fails as it does then."""
        monkeypatch.setitem(sys.modules, "fluidsynth", None)

        made = audio.sound(SCALE, tmp_path, formats=("wav",))

        samples, _ = soundfile.read(made["wav"])
        assert pytest.approx(-3.0, abs=0.01) == 20 * np.log10(np.abs(samples).max())
        assert len(samples) / sounds.RATE > SCALE.seconds

    def test_where_both_are_missing_the_package_is_named(self, monkeypatch, tmp_path):
        """A sentence, not a traceback."""
        monkeypatch.setitem(sys.modules, "fluidsynth", None)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(RenderingError, match=r"FluidSynth is missing.*install fluidsynth$"):
            audio.sound(SCALE, tmp_path, formats=("wav",))

    def test_it_is_stopped_at_its_limit(self, folder):
        """And leaves nothing behind."""
        with pytest.raises(RenderingError, match=r"stopped after 0\.001 seconds"):
            audio.render_with_program(folder / "piece.mid", folder / "piece.wav", limit_s=0.001)

        assert ["piece.mid"] == [p.name for p in folder.iterdir()]
