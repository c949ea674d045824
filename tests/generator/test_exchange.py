"""A model as one file: whole it comes in, and whatever else it may be is refused in words."""

import io
import json
import pickle
import shutil
import zipfile

import numpy as np
import pytest

from generator import checkpoint, exchange
from generator.errors import CheckpointError
from tests.generator.small import make_small

HASH = "hash"


class Evil:
    """What a pickle may run."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('it was executed')",))


@pytest.fixture
def folder(tmp_path):
    """A small model that has learned nothing, in its folder."""
    return make_small(tmp_path / "made").folder


@pytest.fixture
def take(tmp_path):
    """Return a way to take in a file, and to read the sentence where it is refused."""

    def take_in(content, name="model.impromptu"):
        file = tmp_path / name
        file.write_bytes(content)
        return exchange.take_in(file, tmp_path / "taken")

    return take_in


def zipped(members, *, level=None):
    """Return a zip of names and bytes."""
    packed = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    with zipfile.ZipFile(packed, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def members(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def arrays(changes):
    """Return an .npz of arrays as a careless program writes it."""
    packed = io.BytesIO()
    np.savez(packed, **changes)
    return packed.getvalue()


def weights_of(folder):
    return dict(checkpoint.load(folder).weights)


def with_card(folder, **changes):
    """Return a model whose card says something else, with the hash that belongs to it."""
    made = checkpoint.load(folder)
    card = {key: value for key, value in made.card.items() if key != HASH} | changes
    other = folder.with_name("other")
    checkpoint.save(other, card=card, weights=made.weights, history=[])
    found = members(other)
    shutil.rmtree(other)
    return found


def test_a_whole_model_comes_in_as_it_went_out(folder, take, tmp_path):
    """The same hash, the same weights, and it composes."""
    made = take(zipped(members(folder)))

    assert checkpoint.load(folder).hash == made.hash
    assert members(folder) == members(tmp_path / "taken")


@pytest.mark.parametrize("name", ["lstm", "transformer", "chopin-40"])
def test_the_models_that_ship_come_in(name, take):
    """Every recipe and network, as they are."""
    shipped = checkpoint.PRETRAINED / name

    assert checkpoint.load(shipped).hash == take(zipped(members(shipped))).hash


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "m.impromptu", "import_not_a_zip"),
        (b"no zip at all", "m.impromptu", "import_not_a_zip"),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "m.impromptu", "import_keras"),
        (zipped({"config.json": b"{}", "model.weights.h5": b""}), "m.zip", "import_keras"),
        (zipped({"config.json": b"{}"}), "m.keras", "import_keras"),
        (pickle.dumps(Evil()), "m.impromptu", "import_pickle"),
        (zipped({"archive/data.pkl": pickle.dumps(Evil())}), "m.pt.zip", "import_pickle"),
        (zipped({"archive/data.pkl": b""}), "m.pt", "import_pickle"),
    ],
)
def test_what_is_no_model_of_ours_is_refused_unopened(content, name, code, take):
    """Keras and PyTorch may carry code; the rest is noise."""
    assert code == refusal(take, content, name)


@pytest.mark.parametrize(
    "name",
    ["../card.json", "/etc/passwd", "a/../../x", "..\\x", "C:\\x", "readme.txt", "a/card.json"],
)
def test_a_member_that_is_none_of_ours_is_refused_and_nothing_is_written(
    name, folder, take, tmp_path
):
    """Whether it climbs or is only foreign."""
    code = refusal(take, zipped(members(folder) | {name: b"x"}))

    assert code in ("import_climbs", "import_foreign")
    assert not (tmp_path / "taken").exists()


def test_a_link_is_refused(folder, take):
    """It would lead elsewhere once it was unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("card.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert "import_climbs" == refusal(take, packed.getvalue())


@pytest.mark.parametrize("name", ["card.json", "weights.npz", "history.json"])
def test_a_missing_member_is_named(name, folder, take):
    """The sentence says which."""
    left = {key: value for key, value in members(folder).items() if key != name}

    with pytest.raises(CheckpointError, match=name) as caught:
        take(zipped(left))
    assert "import_lacks" == caught.value.code


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_comes_twice_is_refused(folder, take):
    """Two readers would read two different models."""
    packed = io.BytesIO(zipped(members(folder)))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("card.json", b"{}")

    assert "import_repeats" == refusal(take, packed.getvalue())


def test_a_bomb_is_not_unpacked(folder, take, tmp_path):
    """A gigabyte of zeros in a megabyte, said before it is read."""
    bomb = zipped(members(folder) | {"history.json": bytes(3_900_000)}, level=9)

    assert "import_explodes" == refusal(take, bomb)
    assert not (tmp_path / "taken").exists()


def test_a_header_that_lies_about_a_size_does_not_help(folder, take, monkeypatch):
    """What comes out is counted, whatever the header said."""
    monkeypatch.setitem(exchange.MOST, "history.json", 10)
    content = zipped(members(folder) | {"history.json": b"[1, 2, 3, 4, 5]"})
    lied = content.replace((15).to_bytes(4, "little"), (9).to_bytes(4, "little"))

    assert refusal(take, lied) in ("import_too_large", "import_damaged", "import_not_a_zip")


def test_a_bit_that_fell_over_is_found(folder, take):
    """The zip's own sum, or the hash."""
    content = bytearray(zipped(members(folder)))
    place = content.index(b"\x93NUMPY") + 200
    content[place] ^= 1

    assert refusal(take, bytes(content)) in ("import_damaged", "import_other_hash")


def test_a_card_that_was_edited_is_found_by_its_hash(folder, take):
    """Nobody gives his own name to another's model."""
    found = members(folder)
    found["card.json"] = found["card.json"].replace(b"Nobody", b"Chopin")

    assert "import_other_hash" == refusal(take, zipped(found))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"network": "gru"}, "import_network"),
        ({"recipe": "keras"}, "import_network"),
        ({"shape": {}}, "import_network"),
        ({"shape": {"network": "lstm", "width": 10**9, "depth": 1}}, "import_network"),
        ({"shape": {"network": "lstm", "width": "16", "depth": 1}}, "import_network"),
        ({"name": "../../etc"}, "import_card"),
        ({"title": ""}, "import_card"),
        ({"title": "x" * 201}, "import_card"),
        ({"composers": "nobody"}, "import_card"),
        ({"composers": [str(i) for i in range(99)]}, "import_card"),
        ({"figures": []}, "import_card"),
        ({"figures": {"originality": {"least": 3}}}, "import_card"),
        ({"figures": {"evaluations": ["good"]}}, "import_card"),
        ({"figures": {"loss": 10**300}}, "import_card"),
    ],
)
def test_a_card_is_believed_in_nothing(folder, take, changes, code):
    """Even with the hash that belongs to it."""
    assert code == refusal(take, zipped(with_card(folder, **changes)))


def test_another_format_is_named(folder, take):
    """Of a later version, say."""
    found = members(folder)
    card = json.loads(found["card.json"]) | {"format": 7}

    assert "import_format" == refusal(take, zipped(found | {"card.json": json.dumps(card)}))


@pytest.mark.parametrize(
    ("name", "array", "code"),
    [
        ("front.bias", np.zeros(3, np.float32), "import_array_shape"),
        ("front.bias", np.zeros((16, 1), np.float32), "import_array_shape"),
        ("front.bias", np.zeros(16, np.float64), "import_array_type"),
        ("front.bias", np.array([Evil()] * 16, object), "import_array_type"),
        ("front.bias", np.full(16, np.nan, np.float32), "import_array_broken"),
        ("front.bias", np.full(16, np.inf, np.float32), "import_array_broken"),
        ("extra", np.zeros(3, np.float32), "import_array_foreign"),
        ("front.bias", None, "import_array_missing"),
    ],
)
def test_an_array_that_does_not_fit_is_named(folder, take, name, array, code):
    """Its type is looked at before a byte of it is read, so that no object is made."""
    changed = weights_of(folder) | {name: array}
    changed = {key: value for key, value in changed.items() if value is not None}

    with pytest.raises(CheckpointError, match=name) as caught:
        take(zipped(members(folder) | {"weights.npz": arrays(changed)}))
    assert code == caught.value.code


def test_weights_that_are_no_arrays_are_refused(folder, take):
    """A zip in the zip that holds text."""
    text = zipped({"front.bias.npy": b"no array"})

    assert "import_damaged" == refusal(take, zipped(members(folder) | {"weights.npz": text}))


def test_an_index_of_objects_is_refused(folder, take):
    """It is read without pickle, and refused by its header."""
    index = arrays({"names": np.array([Evil()], object)})

    assert "import_array_type" == refusal(
        take, zipped(members(folder) | {"originality.npz": index})
    )


def test_a_history_may_leave_figures_open(folder, take):
    """As one does whose weights were not averaged."""
    rows = [{"epoch": 1, "loss": 2.5, "averaged_val_loss": None}]

    made = take(zipped(members(folder) | {"history.json": json.dumps(rows).encode()}))

    assert rows == json.loads((made.folder / "history.json").read_text())


def test_a_history_that_is_no_table_is_refused(folder, take):
    """Curves are drawn from it."""
    found = members(folder) | {"history.json": b'[{"loss": "low"}]'}

    assert "import_damaged" == refusal(take, zipped(found))


def test_a_plot_that_is_no_picture_is_refused(folder, take):
    """It would be shown on a page."""
    found = members(folder) | {"loss.png": b"<script>"}

    assert "import_damaged" == refusal(take, zipped(found))


def refusal(take, content, name="model.impromptu"):
    """Return the code by which a file is refused, and see that it makes a sentence."""
    with pytest.raises(CheckpointError) as caught:
        take(content, name)
    assert name in str(caught.value)
    return caught.value.code
