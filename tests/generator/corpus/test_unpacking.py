"""Unpacking: what a hostile zip may try, and what an honest one gives."""

import os
import stat
import struct
import zipfile

import pytest

from generator.corpus import unpacking
from generator.corpus.unpacking import unpack
from generator.errors import CorpusError


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestUnpack:
    def test_takes_the_composer_from_the_folder_at_any_depth(self, make_zip, midi_bytes, tmp_path):
        """However deep a file lies, its own folder names the composer, in lower case."""
        song = midi_bytes(60)
        zip_file = make_zip(
            {"a/b/Chopin/one.mid": song, "LISZT/two.MID": song, "bach/3.midi": song}
        )

        unpack(zip_file, tmp_path / "to")

        assert ["bach/3.mid", "chopin/one.mid", "liszt/two.mid"] == names(tmp_path / "to")

    def test_takes_music_and_nothing_else(self, make_zip, midi_bytes, tmp_path):
        """No text, no program, and none of what a Mac adds."""
        members = {
            "chopin/one.mid": midi_bytes(60),
            "chopin/._one.mid": b"resource fork",
            "__MACOSX/chopin/one.mid": b"resource fork",
            "chopin/read.txt": b"text",
            "chopin/run.py": b"print()",
        }

        unpack(make_zip(members), tmp_path / "to")

        assert ["chopin/one.mid"] == names(tmp_path / "to")

    def test_makes_names_safe(self, make_zip, midi_bytes, tmp_path):
        """Letters of any script stay; what a shell or a page could trip over does not."""
        zip_file = make_zip({"Dvo\u0159\u00e1k <b>/hu*mor;esque?.mid": midi_bytes(60)})

        unpack(zip_file, tmp_path / "to")

        assert ["dvo\u0159\u00e1k _b_/hu_mor_esque_.mid"] == names(tmp_path / "to")

    def test_leaves_a_file_with_the_same_bytes_as_it_is(self, make_zip, midi_bytes, tmp_path):
        """Unpacked a second time, nothing is written again; other bytes are."""
        zip_file = make_zip({"a/same.mid": midi_bytes(60), "a/other.mid": midi_bytes(61)})
        same, other = tmp_path / "to/a/same.mid", tmp_path / "to/a/other.mid"
        unpack(zip_file, tmp_path / "to")
        before = same.stat().st_ino
        other.write_bytes(b"changed")

        unpack(zip_file, tmp_path / "to")

        assert before == same.stat().st_ino
        assert midi_bytes(61) == other.read_bytes()

    def test_takes_a_file_once_that_lies_in_two_folders_of_one_name(
        self, make_zip, midi_bytes, tmp_path
    ):
        """The same bytes at the same place are no contradiction."""
        song = midi_bytes(60)

        files = unpack(make_zip({"a/chopin/x.mid": song, "b/chopin/x.mid": song}), tmp_path / "to")

        assert 1 == len(files)


class TestRefusals:
    @pytest.mark.parametrize(
        "member",
        [
            "../out.mid",
            "chopin/../../out.mid",
            "/etc/out.mid",
            "C:/out.mid",
            "a\\..\\out.mid",
            "..",
        ],
    )
    def test_refuses_a_member_that_climbs_out(self, make_zip, midi_bytes, tmp_path, member):
        """One such name spoils the zip: nothing is unpacked, and the name is said."""
        zip_file = make_zip({"chopin/good.mid": midi_bytes(60), member: midi_bytes(61)})

        with pytest.raises(CorpusError, match="leads out of its folder") as caught:
            unpack(zip_file, tmp_path / "to")

        assert member == caught.value.values["member"]
        assert [] == names(tmp_path / "to")

    def test_refuses_a_symbolic_link(self, tmp_path):
        """A link could point anywhere."""
        link = zipfile.ZipInfo("chopin/link.mid")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(link, "/etc/passwd")

        with pytest.raises(CorpusError, match=r"leads out of its folder: chopin/link\.mid"):
            unpack(tmp_path / "a.zip", tmp_path / "to")

    def test_refuses_a_bomb(self, make_zip, tmp_path):
        """Seven million zeros pack to seven thousand bytes: no music does."""
        zip_file = make_zip({"chopin/bomb.mid": bytes(7_000_000)})

        with pytest.raises(CorpusError, match=r"unpacks to too much: at chopin/bomb\.mid"):
            unpack(zip_file, tmp_path / "to")

    def test_refuses_a_member_above_the_limit(self, make_zip, tmp_path):
        """Nine million bytes are too many, however they are packed."""
        zip_file = make_zip({"chopin/long.mid": os.urandom(9_000_000)})

        with pytest.raises(CorpusError, match="passes 8000000 bytes"):
            unpack(zip_file, tmp_path / "to")

    def test_refuses_too_much_in_all(self, make_zip, tmp_path, monkeypatch):
        """Members that are fine alone may be too many together; nothing is left behind."""
        monkeypatch.setattr(unpacking, "MAX_TOTAL_BYTES", 250_000)
        zip_file = make_zip({f"a/{n}.mid": os.urandom(100_000) for n in range(3)})

        with pytest.raises(CorpusError, match=r"at a/2\.mid it passes 250000 bytes"):
            unpack(zip_file, tmp_path / "to")

        assert [] == list((tmp_path / "to").iterdir())

    def test_refuses_too_many_members(self, make_zip, tmp_path, monkeypatch):
        """One above the limit is too many, whatever the members are."""
        monkeypatch.setattr(unpacking, "MAX_MEMBERS", 10)
        zip_file = make_zip({f"a/{n}.txt": b"" for n in range(11)})

        with pytest.raises(CorpusError, match="11 members, and at most 10 are taken"):
            unpack(zip_file, tmp_path / "to")

    def test_believes_the_bytes_and_not_the_header(self, make_zip, midi_bytes, tmp_path):
        """A header that promises fewer bytes than come is a lie that ends the unpacking."""
        zip_file = make_zip({"chopin/one.mid": midi_bytes(*range(40, 90))})
        content = bytearray(zip_file.read_bytes())
        central = content.rindex(b"PK\x01\x02")
        struct.pack_into("<I", content, central + 24, 10)  # the size when unpacked
        zip_file.write_bytes(content)

        with pytest.raises(CorpusError, match=r"is damaged at chopin/one\.mid"):
            unpack(zip_file, tmp_path / "to")

    def test_refuses_damaged_bytes(self, make_zip, midi_bytes, tmp_path):
        """A flipped byte is found by its checksum."""
        zip_file = make_zip({"chopin/one.mid": midi_bytes(*range(40, 90))})
        content = bytearray(zip_file.read_bytes())
        content[60] ^= 0xFF
        zip_file.write_bytes(content)

        with pytest.raises(CorpusError, match=r"is damaged at chopin/one\.mid"):
            unpack(zip_file, tmp_path / "to")

    def test_refuses_an_encrypted_member(self, make_zip, midi_bytes, tmp_path):
        """There is nobody to ask for a password."""
        zip_file = make_zip({"chopin/one.mid": midi_bytes(60)})
        content = bytearray(zip_file.read_bytes())
        content[content.rindex(b"PK\x01\x02") + 8] |= 1
        zip_file.write_bytes(content)

        with pytest.raises(CorpusError, match="is encrypted"):
            unpack(zip_file, tmp_path / "to")

    @pytest.mark.parametrize("second", [60, 61])
    def test_refuses_a_name_that_comes_twice(self, midi_bytes, tmp_path, second):
        """Of two members of one name, the second would hide the first, even as its twin."""
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("chopin/one.mid", midi_bytes(60))
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("chopin/one.mid", midi_bytes(second))

        with pytest.raises(CorpusError, match=r"holds chopin/one\.mid more than once"):
            unpack(tmp_path / "a.zip", tmp_path / "to")

    def test_refuses_two_works_for_one_place(self, make_zip, midi_bytes, tmp_path):
        """Two folders of one name may not hold different files of one name."""
        zip_file = make_zip({"a/chopin/x.mid": midi_bytes(60), "b/chopin/x.mid": midi_bytes(61)})

        with pytest.raises(CorpusError, match="more than once"):
            unpack(zip_file, tmp_path / "to")

    def test_says_when_there_is_no_music(self, make_zip, tmp_path):
        """A zip of texts is no corpus."""
        with pytest.raises(CorpusError, match=r"^music\.zip holds no MIDI file\.$"):
            unpack(make_zip({"a/read.txt": b"text"}), tmp_path / "to")

    def test_says_when_it_is_no_zip(self, tmp_path):
        """The sentence names the file."""
        (tmp_path / "a.zip").write_text("not a zip")

        with pytest.raises(CorpusError, match=r"^a\.zip is not a zip"):
            unpack(tmp_path / "a.zip", tmp_path / "to")


class TestHostileZips:
    def test_refuses_a_hundred_thousand_members(self, tmp_path):
        """The list of members is looked at before any of them."""
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for n in range(100_000):
                archive.writestr(f"a/{n}.txt", b"")

        with pytest.raises(CorpusError, match="100000 members, and at most 20000"):
            unpack(tmp_path / "a.zip", tmp_path / "to")

    def test_reads_no_list_of_members_that_fills_the_memory(self, make_zip, tmp_path, monkeypatch):
        """A zip may say that its list has a gigabyte; it is not fetched to see."""
        monkeypatch.setattr(unpacking, "MAX_DIRECTORY_BYTES", 1000)
        zip_file = make_zip({f"a/{n}.mid": b"MThd" for n in range(100)})

        with pytest.raises(CorpusError, match="more than 20000 members"):
            unpack(zip_file, tmp_path / "to")

    def test_leaves_a_zip_in_a_zip_alone(self, make_zip, midi_bytes, tmp_path):
        """It is no music, and nothing is unpacked twice."""
        inner = make_zip({"chopin/in.mid": midi_bytes(60)}, name="inner.zip").read_bytes()
        outer = make_zip({"chopin/inner.zip": inner, "chopin/out.mid": midi_bytes(61)})

        unpack(outer, tmp_path / "to")

        assert ["chopin/out.mid"] == names(tmp_path / "to")

    def test_refuses_a_truncated_zip(self, make_zip, midi_bytes, tmp_path):
        """Without its end a zip has no list of members."""
        zip_file = make_zip({"chopin/one.mid": midi_bytes(*range(40, 90))})
        zip_file.write_bytes(zip_file.read_bytes()[:-40])

        with pytest.raises(CorpusError, match="is not a zip"):
            unpack(zip_file, tmp_path / "to")

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_refuses_what_is_packed_otherwise(self, midi_bytes, tmp_path, method):
        """LZMA may ask for gigabytes before the first byte comes."""
        with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
            archive.writestr("chopin/one.mid", midi_bytes(60))

        with pytest.raises(CorpusError, match="packed in a way that is not read here"):
            unpack(tmp_path / "a.zip", tmp_path / "to")

    def test_takes_musicxml_where_it_is_asked_for(self, make_zip, tmp_path):
        """With its own ending; a file in no folder is by whoever is said."""
        zip_file = make_zip({"Waltz.MusicXML": b"<x/>", "chopin/no.pdf": b""})

        unpack(zip_file, tmp_path / "to", suffixes=(".musicxml",), unsorted="satie")

        assert ["satie/Waltz.musicxml"] == names(tmp_path / "to")
