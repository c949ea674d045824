"""Bringing music on the pages: who may, what is asked for, what is refused, what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.webapp.factories import make_piece, make_primer, make_training
from webapp import corpora, holdings, messages, uploads
from webapp.models import (
    Corpus,
    CorpusFile,
    Intake,
    Primer,
    Stage,
    Status,
    Training,
    Verdict,
)

pytestmark = pytest.mark.django_db

SAID = {"title": "Ours", "attribution": "Us, example.org", "licence": "CC0"}
PAGES = ("/corpora/", "/corpora/new/")
HERE = {"Origin": "http://testserver"}  # as a browser says
BUTTONS = ("corpus-add", "corpus-read", "corpus-cancel", "corpus-delete", "corpus-openings")


def make_corpus(**fields) -> Corpus:
    """Store a corpus of our own, with a folder."""
    corpus = Corpus(**{"title": "Ours", "attribution": "Us", "licence": "CC0"} | fields)
    corpus.folder = corpus.folder or str(Path(settings.CORPORA_ROOT, str(corpus.pk)))
    corpus.save()
    return corpus


def make_file(corpus: Corpus, path: str, verdict: str = Verdict.TAKEN, **fields) -> CorpusFile:
    """Store a file with its verdict, on the disk too."""
    place = corpus.path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"MThd")
    facts = {"notes": 100, "seconds": 60.0, "sha256": path, "pitches": {"60": 100}}
    taken = facts | {"rhythm": {"24": 99}} if verdict in holdings.TAKEN else {}
    return CorpusFile.objects.create(
        corpus=corpus,
        path=path,
        composer=path.partition("/")[0],
        verdict=verdict,
        **taken | fields,
    )


def make_intake(corpus: Corpus, status: str = Status.SUCCEEDED, **fields) -> Intake:
    """Store an intake in any state."""
    from tests.webapp.factories import _life  # noqa: PLC0415

    return Intake.objects.create(corpus=corpus, **_life(status) | fields)


def upload(name: str = "music.zip", content: bytes = b"PK") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# ---- who may


@pytest.mark.parametrize("address", PAGES)
def test_visitors_are_sent_to_log_in(client, address):
    """What is for staff is not shown to others."""
    response = client.get(address)

    assert (302, True) == (response.status_code, response.url.startswith("/admin/login/"))


@pytest.mark.parametrize("name", BUTTONS)
def test_no_button_works_for_visitors(client, name):
    """Nor for who is logged in and not of the staff."""
    corpus = make_corpus()
    client.force_login(get_user_model().objects.create_user("somebody"))

    response = client.post(reverse(name, args=[corpus.pk]))

    assert 302 == response.status_code
    assert "/admin/login/" in response.url
    assert Corpus.objects.filter(pk=corpus.pk).exists()
    assert not Intake.objects.exists()


def test_a_foreign_page_cannot_bring_music(staff):
    """The token is asked for, and an Origin of ours."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(staff.cookies)

    response = strict.post("/corpora/new/", SAID, headers={"Origin": "https://evil.example"})

    assert (403, 0) == (response.status_code, Corpus.objects.count())


def test_only_staff_find_the_way_there(client, staff):
    """One word more in the head of every page."""
    assert b'href="/corpora/"' not in client.get("/pieces/").content
    assert b'href="/corpora/"' in staff.get("/pieces/").content


def test_visitors_cannot_fill_the_disk(client, settings):
    """A file that comes from who is not of the staff is not written at all."""
    Path(settings.UPLOADS_ROOT).mkdir(parents=True)
    response = client.post("/corpora/new/", SAID | {"files": upload(content=bytes(100_000))})

    assert 302 == response.status_code
    assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())


# ---- bringing


def test_one_button_fetches_the_published_set(staff):
    """With whom to name and the licence filled in, and an intake that waits."""
    page = staff.get("/corpora/new/").text
    assert "Bernd Krueger" in page

    form = staff.get("/corpora/new/").context["fetched"]
    values = {name: form[name].value() for name in form.fields}
    response = staff.post("/corpora/new/", values | {"source": "fetched"})

    corpus = Corpus.objects.get()
    assert corpus.get_absolute_url() == response.url
    assert ("fetched", "CC BY-SA 3.0 DE") == (corpus.source, corpus.licence)
    assert corpus.intakes.get().url.endswith("classical-music-midi.zip")


def test_an_upload_lies_where_a_worker_finds_it(staff):
    """Moved, not copied; a name that leads elsewhere leads nowhere."""
    files = [upload("music.zip", b"PK1"), upload("../../x.mid", b"MThd")]
    response = staff.post(
        "/corpora/new/", SAID | {"source": "uploaded", "composer": "Beethoven", "files": files}
    )

    intake = Intake.objects.get()
    assert 302 == response.status_code
    found = sorted(path for path in Path(intake.dropped).rglob("*") if path.is_file())
    assert ["music.zip", "x.mid"] == [path.name for path in found]
    assert [b"PK1", b"MThd"] == [path.read_bytes() for path in found]
    assert "beeth" == intake.composer  # as corpora call the folder
    assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())


@pytest.mark.parametrize("missing", ["title", "attribution", "licence"])
@pytest.mark.parametrize("source", ["uploaded", "folder"])
def test_title_attribution_and_licence_are_asked_for(staff, tmp_path, source, missing):
    """Nothing is taken without knowing whom to thank."""
    values = SAID | {"source": source, "files": [upload()], "folder": str(tmp_path), missing: ""}

    response = staff.post("/corpora/new/", values)

    assert 422 == response.status_code
    assert [missing] == [name for name in response.context[source].errors if name in SAID]
    assert not Corpus.objects.exists()


def test_single_files_need_a_composer(staff):
    """A zip says it by its folders, a file does not."""
    values = SAID | {"source": "uploaded", "files": [upload("a.mid")]}

    response = staff.post("/corpora/new/", values)

    assert 422 == response.status_code
    assert "Who composed these files?" in response.text


def test_an_upload_without_files_says_what_to_choose(staff):
    """The field is named."""
    response = staff.post("/corpora/new/", SAID | {"source": "uploaded"})

    assert 422 == response.status_code
    assert "No file came. Choose a zip" in response.text


def test_too_large_an_upload_is_stopped_while_it_comes(staff, monkeypatch):
    """Counted as it is written; the sentence says the bound, and nothing is kept."""
    monkeypatch.setattr(uploads, "MOST_ZIP_BYTES", 2_000_000)
    files = [upload("a.zip", bytes(1_500_000)), upload("b.zip", bytes(1_500_000))]

    response = staff.post("/corpora/new/", SAID | {"source": "uploaded", "files": files})

    assert 422 == response.status_code
    assert "That is more than 2 MB, which is the most at once." in response.text
    assert not Intake.objects.exists()
    assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("music", "must begin with /"),
        ("/nowhere/at/all", "There is no folder /nowhere/at/all on the server."),
        ("{empty}", "There is no MIDI file in"),
    ],
)
def test_a_folder_must_be_there_and_hold_music(staff, tmp_path, folder, words):
    """The sentence says what was found."""
    values = SAID | {"source": "folder", "folder": folder.format(empty=tmp_path / "home")}

    response = staff.post("/corpora/new/", values)

    assert 422 == response.status_code
    assert words in response.text


def test_a_folder_is_not_written_to(staff, tmp_path):
    """The corpus is the folder itself."""
    folder = tmp_path / "music" / "bach"
    folder.mkdir(parents=True)
    (folder / "a.mid").write_bytes(b"MThd")

    staff.post("/corpora/new/", SAID | {"source": "folder", "folder": str(folder.parent)})

    corpus = Corpus.objects.get()
    assert str(folder.parent) == corpus.folder
    assert 302 == staff.post(reverse("corpus-delete", args=[corpus.pk])).status_code
    assert Corpus.objects.exists()  # its intake waits still
    Intake.objects.all().delete()
    staff.post(reverse("corpus-delete", args=[corpus.pk]))
    assert not Corpus.objects.exists()
    assert (folder / "a.mid").exists()


# ---- what is shown


def test_verdicts_are_said_in_words_the_refused_first(staff):
    """The reason stands beside the file."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid")
    drums = [{"code": "drums_left_out", "values": {"n": 2}}]
    make_file(corpus, "bach/b.mid", Verdict.REMARKED, remarks=drums)
    why = {"code": "file_unreadable", "values": {"file": "z.mid", "reason": "it is empty"}}
    make_file(corpus, "bach/z.mid", Verdict.REFUSED, remarks=[why])
    holdings.settle(corpus)

    page = staff.get(corpus.get_absolute_url()).text

    assert "z.mid cannot be read as music: it is empty." in page
    assert "2 drum notes left out" in page
    assert page.index("bach/z.mid") < page.index("bach/a.mid")
    assert "1 composer · 2 pieces · 200 notes · 2 minutes · 1 file refused" in page


def test_the_reason_is_said_in_russian_too(staff):
    """Sentence and reason alike."""
    corpus = make_corpus()
    why = {"code": "file_unreadable", "values": {"file": "z.mid", "reason": "it is empty"}}
    make_file(corpus, "bach/z.mid", Verdict.REFUSED, remarks=[why])

    page = staff.get(corpus.get_absolute_url(), headers={"Accept-Language": "ru"}).text

    assert "он пуст" in page


@pytest.mark.parametrize("wanted", ["refused", "remarked", "taken"])
def test_files_can_be_shown_by_verdict(staff, wanted):
    """The others are left out."""
    corpus = make_corpus()
    for verdict in ("refused", "remarked", "taken"):
        make_file(corpus, f"bach/{verdict}.mid", verdict)

    page = staff.get(corpus.get_absolute_url(), {"verdict": wanted}).text

    assert [wanted] == [v for v in ("refused", "remarked", "taken") if f"bach/{v}.mid" in page]


def test_pictures_say_the_same_in_words(staff):
    """Who cannot see the bars reads the sentence."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid", pitches={"48": 10, "60": 80, "72": 10}, rhythm={"12": 3})
    holdings.settle(corpus)

    page = staff.get(corpus.get_absolute_url()).text

    assert "From C3 to C5; half of the notes lie from C4 to C4." in page
    assert "The next note comes most often after an eighth: 100 times in 100." in page
    assert 'x="0' not in page.partition("<svg")[0]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pictures_are_drawn_with_points_in_any_language(staff, language):
    """A comma in a coordinate would draw nothing."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid", pitches={"48": 7, "60": 80}, rhythm={"12": 3, "6": 1})
    holdings.settle(corpus)

    page = staff.get(corpus.get_absolute_url(), headers={"Accept-Language": language}).text

    rects = [part.split(">")[0] for part in page.split("<rect")[1:]]
    assert rects
    assert [] == [rect for rect in rects if "," in rect]


def test_a_name_from_outside_is_text(staff):
    """No file name is markup."""
    corpus = make_corpus(title="<b>Ours</b>")
    make_file(corpus, "bach/<script>.mid", Verdict.REFUSED)

    page = staff.get(corpus.get_absolute_url()).text

    assert "<script>.mid" not in page
    assert "<b>Ours</b>" not in page


def test_the_page_asks_as_often_for_many_files_as_for_one(staff, django_assert_max_num_queries):
    """No query hides in the table."""
    corpus = make_corpus()
    for n in range(30):
        make_file(corpus, f"bach/{n}.mid")

    with django_assert_max_num_queries(16):
        staff.get(corpus.get_absolute_url())


@pytest.mark.parametrize(
    ("status", "fields", "words"),
    [
        ("queued", {}, "Waiting for the machine to be free"),
        ("running", {"stage": Stage.READING, "done": 3, "total": 9}, "3 of 9 files."),
        (
            "running",
            {"stage": Stage.FETCHING, "done": 500_000, "total": 2_000_000},
            "0.5 of 2.0 MB.",
        ),
        ("succeeded", {"n_taken": 5, "n_refused": 1}, "5 files were taken, 1 was refused."),
        ("cancelled", {}, "Cancelled before the end."),
    ],
)
def test_how_far_it_is_stands_on_the_page(staff, status, fields, words):
    """In words, and without a timer's help."""
    corpus = make_corpus()
    make_intake(corpus, status, **fields)

    assert words in staff.get(corpus.get_absolute_url(), {"fragment": 1}).text


def test_the_last_fragment_says_that_it_is_the_last(staff):
    """The page stops asking."""
    corpus = make_corpus()
    intake = make_intake(corpus, Status.RUNNING)
    address = corpus.get_absolute_url()
    assert "data-final" not in staff.get(address, {"fragment": 1}).text

    intake.delete()

    assert "data-final" in staff.get(address, {"fragment": 1}).text


def test_an_empty_list_offers_the_one_thing_to_do(staff):
    """Bring music."""
    assert 'href="/corpora/new/"' in staff.get("/corpora/").text


# ---- what can be done


def test_a_failed_download_can_be_tried_again_with_what_came(staff):
    """The new intake has the old one's folder, in which the first half lies."""
    corpus = make_corpus(source="fetched")
    values = {"host": "example.org", "reason": "it is gone"}
    old = make_intake(
        corpus,
        Status.FAILED,
        error_code="host_gone",
        error_values=values,
        url="https://example.org/a.zip",
    )
    old.folder.mkdir(parents=True)
    (old.folder / "half").write_bytes(b"1")
    page = staff.get(corpus.get_absolute_url()).text
    assert "example.org cannot be reached" in page
    assert "Try again" in page

    staff.post(reverse("corpus-read", args=[corpus.pk]))

    new = corpora.latest(corpus)
    assert ("queued", old.url) == (new.status, new.url)
    assert (new.folder / "half").exists()


def test_nothing_is_tried_again_that_went_well(staff):
    """There is nothing to repeat."""
    corpus = make_corpus()
    make_intake(corpus)

    staff.post(reverse("corpus-read", args=[corpus.pk]))

    assert 1 == corpus.intakes.count()


def test_more_files_can_be_added(staff):
    """In a second intake."""
    corpus = make_corpus()
    make_intake(corpus)

    staff.post(reverse("corpus-add", args=[corpus.pk]), {"files": [upload()]})

    assert 2 == corpus.intakes.count()


@pytest.mark.parametrize("is_named", [True, False])
def test_nothing_is_changed_while_a_training_uses_it(staff, is_named):
    """However the training names it; the sentence says so, and the page offers nothing."""
    corpus = make_corpus()
    file = make_file(corpus, "bach/a.mid")
    training: Training = make_training(Status.RUNNING, corpus=[corpus.folder] if is_named else [])
    if not is_named:
        training.corpora.add(corpus)

    for response in (
        staff.post(reverse("corpus-delete", args=[corpus.pk]), follow=True),
        staff.post(reverse("file-delete", args=[corpus.pk, file.pk]), follow=True),
    ):
        assert "A training uses Ours." in response.text
    answer = staff.post(reverse("corpus-add", args=[corpus.pk]), {"files": [upload()]})
    assert (422, 1, True) == (answer.status_code, corpus.files.count(), corpus.path.exists())
    assert "A training is learning from this music" in staff.get(corpus.get_absolute_url()).text


def test_nothing_is_removed_while_it_is_read(staff):
    """First it is cancelled."""
    corpus = make_corpus()
    make_intake(corpus, Status.RUNNING)

    response = staff.post(reverse("corpus-delete", args=[corpus.pk]), follow=True)

    assert "Ours is being read." in response.text
    assert Corpus.objects.exists()


def test_an_intake_can_be_cancelled(staff):
    """One that runs is asked to stop."""
    corpus = make_corpus()
    intake = make_intake(corpus, Status.RUNNING)

    staff.post(reverse("corpus-cancel", args=[corpus.pk]))

    intake.refresh_from_db()
    assert intake.cancel_requested


def test_a_file_can_be_taken_out(staff):
    """It is gone from the disk, and from the sums."""
    corpus = make_corpus()
    file, other = make_file(corpus, "bach/a.mid"), make_file(corpus, "bach/b.mid")
    holdings.settle(corpus)
    before = corpus.fingerprint

    staff.post(reverse("file-delete", args=[corpus.pk, file.pk]))

    corpus.refresh_from_db()
    assert [other.path] == [row.path for row in corpus.files.all()]
    assert not (corpus.path / file.path).exists()
    assert (100, True) == (corpus.summary["notes"], before != corpus.fingerprint)


def test_a_removed_corpus_takes_its_folder_along(staff, django_capture_on_commit_callbacks):
    """Its own, and what was left of its intakes."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid")

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("corpus-delete", args=[corpus.pk]))

    assert not Corpus.objects.exists()
    assert not corpus.path.exists()


def test_openings_of_a_composer_are_asked_for(staff):
    """Of one who is there; others are refused with a sentence."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid")

    staff.post(reverse("corpus-openings", args=[corpus.pk]), {"composer": "bach"})
    assert "bach" == corpora.latest(corpus).openings_by

    Intake.objects.all().delete()
    page = staff.post(
        reverse("corpus-openings", args=[corpus.pk]), {"composer": "liszt"}, follow=True
    ).text
    assert "Ours holds no file by Liszt that was taken." in page


def test_openings_are_taken_back(staff):
    """They stay with the pieces that begin so, and are offered no longer."""
    corpus = make_corpus()
    file = make_file(corpus, "bach/a.mid")
    holdings.settle(corpus)
    primer = make_primer(name=corpora.opening_name(file))
    make_piece(primer=primer)
    assert "1 opening" in staff.get(corpus.get_absolute_url()).text

    values = {"composer": "bach", "withdraw": "1"}
    staff.post(reverse("corpus-openings", args=[corpus.pk]), values)

    assert not Primer.objects.get(name=primer.name).is_offered


def test_twins_are_remarked_on(staff):
    """The same bytes under two names count twice, and one should know."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid", sha256="same")
    make_file(corpus, "bach/b.mid", sha256="same")

    holdings.settle(corpus)

    twin = corpus.files.get(path="bach/b.mid")
    assert (Verdict.REMARKED, ["the same file as bach/a.mid"]) == (
        twin.verdict,
        holdings.said_of(twin),
    )
    assert [] == holdings.said_of(corpus.files.get(path="bach/a.mid"))


# ---- the API


def test_the_api_is_for_staff(client):
    """Others are told so."""
    corpus = make_corpus()

    for response in (
        client.get("/api/corpora"),
        client.get(f"/api/corpora/{corpus.pk}"),
        client.post("/api/corpora", SAID, content_type="application/json"),
    ):
        assert 403 == response.status_code
        assert messages.sentence("staff_only") == response.json()["errors"][0]["message"]


def test_the_api_fetches_the_published_set_by_an_empty_object(staff):
    """All of it has defaults."""
    response = staff.post("/api/corpora", {}, content_type="application/json", headers=HERE)

    told = response.json()
    assert (202, "queued") == (response.status_code, told["intake"]["status"])
    assert "CC BY-SA 3.0 DE" == told["licence"]
    assert [told["id"]] == [one["id"] for one in staff.get("/api/corpora").json()["corpora"]]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"source": "uploaded"}, "source"),
        ({"source": "folder", "folder": "/nowhere"}, "title"),
        ({"url": "https://example.org/a.zip", "title": "a", "licence": "b"}, "attribution"),
        ({"title": 5}, "title"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_the_api_names_the_field_that_is_wrong(staff, asked, field):
    """Music by others is not said to be Bernd Krueger's."""
    response = staff.post("/api/corpora", asked, content_type="application/json", headers=HERE)

    assert 422 == response.status_code
    assert field in [fault["field"] for fault in response.json()["errors"]]
    assert not Corpus.objects.exists()


def test_the_api_shows_every_verdict(staff):
    """In words, with the figures."""
    corpus = make_corpus()
    make_file(corpus, "bach/a.mid")

    told = staff.get(f"/api/corpora/{corpus.pk}").json()

    assert [("bach/a.mid", "taken", 100)] == [
        (file["path"], file["verdict"], file["notes"]) for file in told["files"]
    ]
