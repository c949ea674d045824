"""The forms by which staff bring music: fetched, uploaded, or in a folder of the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext_lazy as _

from generator.config import (
    MIDI_SUFFIXES,
    MOST_ZIP_BYTES,
    MUSICXML_SUFFIXES,
    PUBLISHED_ATTRIBUTION,
    PUBLISHED_LICENCE,
    PUBLISHED_TITLE,
    PUBLISHED_URL,
)
from webapp import composers
from webapp.models import Corpus

ENDINGS = (".zip", *MIDI_SUFFIXES, *MUSICXML_SUFFIXES)


class Files(forms.FileInput):
    """A field for several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class FilesField(forms.FileField):
    """One file or several."""

    widget = Files(attrs={"accept": ",".join(ENDINGS), "data-most-bytes": str(MOST_ZIP_BYTES)})
    default_error_messages = {
        "required": _("No file came. Choose a zip, or MIDI or MusicXML files.")
    }

    def clean(self, data: Any, initial: Any = None) -> Sequence[TemporaryUploadedFile]:
        """Return the files that came; what each is, a worker finds out."""
        files = [file for file in data or () if isinstance(file, TemporaryUploadedFile)]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files


def _title(**options: Any) -> forms.CharField:
    return forms.CharField(label=_("Title"), max_length=200, **options)


def _attribution(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Whom to name"),
        max_length=500,
        help_text=_("Who made the files, and where they are found. Shown wherever they are used."),
        **options,
    )


def _licence(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Licence"),
        max_length=200,
        help_text=_("What may be done with the files, such as CC BY-SA 3.0 DE or public domain."),
        **options,
    )


class _MusicForm(forms.Form):
    """Base: what is said of every corpus."""

    source: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)


class FetchForm(_MusicForm):
    """The published set, with all about it filled in."""

    source = Corpus.Source.FETCHED.value
    title = _title(initial=PUBLISHED_TITLE)
    url = forms.URLField(
        label=_("Address of the zip"), max_length=500, initial=PUBLISHED_URL, assume_scheme="https"
    )
    attribution = _attribution(initial=PUBLISHED_ATTRIBUTION)
    licence = _licence(initial=PUBLISHED_LICENCE)


class ComposerField(forms.CharField):
    """A composer's name, or that of the folder in which the composer's works lie."""

    def clean(self, value: Any) -> str:
        """Return the folder's name: for a name we know, the one that corpora use."""
        name = super().clean(value).strip()
        return composers.folder(name) if name else ""


def _composer() -> ComposerField:
    return ComposerField(
        label=_("Composer"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "composers", "autocomplete": "off"}),
        help_text=_("Of single files. In a zip, the folder that a file lies in says it."),
    )


class _WithFiles(_MusicForm):
    """Base: files, and the composer of those that lie in no folder."""

    files = FilesField(  # type: ignore[assignment] # Django takes it off the class
        label=_("A zip, or MIDI and MusicXML files")
    )
    composer = _composer()

    def clean(self) -> dict[str, Any]:
        """Ask for the composer of single files."""
        chosen = super().clean() or self.cleaned_data
        singles = [f for f in chosen.get("files") or () if not str(f.name).lower().endswith(".zip")]
        if singles and not chosen.get("composer") and "composer" not in self.errors:
            self.add_error("composer", _("Who composed these files? A zip says it by its folders."))
        return chosen


class UploadForm(_WithFiles):
    """Files of one's own, as a new corpus."""

    source = Corpus.Source.UPLOADED.value
    title = _title()
    attribution = _attribution()
    licence = _licence()
    field_order = ("files", "composer", "title", "attribution", "licence")


class AddForm(_WithFiles):
    """More files for a corpus that is there."""

    source = ""


class FolderForm(_MusicForm):
    """A folder of the server, which is read where it is."""

    source = Corpus.Source.FOLDER.value
    title = _title()
    folder = forms.CharField(
        label=_("Folder on the server"),
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "/srv/music", "spellcheck": "false"}),
        help_text=_("Each composer's works in a folder of their own. Nothing is written there."),
    )
    attribution = _attribution()
    licence = _licence()
    field_order = ("folder", "title", "attribution", "licence")


FORMS: dict[str, type[_MusicForm]] = {
    form.source: form for form in (FetchForm, UploadForm, FolderForm)
}
