"""What staff see and do at /admin/."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from generator.errors import CheckpointError, ChoiceError
from webapp import checkpoints, jobs, keeping, trainings
from webapp.messages import Refused, sentence
from webapp.models import Checkpoint, Job, Piece, Primer, Training, Upload

LIFE = (
    *("status", "stage", "done", "total", "attempt", "n_lost", "cancel_requested"),
    *("created_at", "sent_at", "started_at", "heartbeat_at", "finished_at", "error"),
)
FIGURES = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")


class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What pieces and trainings share: their life is read here, and changed by webapp.jobs."""

    list_filter: ClassVar[tuple[str, ...]] = ("status",)
    date_hierarchy = "created_at"
    actions = ("cancel",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Cancel what waits or runs."""
        n = sum(jobs.cancel(self.model, row.pk) for row in queryset)
        text = ngettext("{n} was cancelled.", "{n} were cancelled.", n).format(n=n)
        self.message_user(request, text)

    @admin.display(description=_("error"))
    def error(self, row: Job) -> str:
        """Say why it failed."""
        return sentence(row.error_code, row.error_values) if row.error_code else ""


@admin.register(Piece)
class PieceAdmin(JobAdmin):
    """Pieces and the jobs that make them."""

    list_display = ("title", "checkpoint", "status", "created_at", "is_example", "is_private")
    list_filter = ("status", "is_example", "is_private", "checkpoint")
    list_select_related = ("checkpoint",)
    search_fields = ("id", "title")
    fields = (
        *("title", "is_private", "checkpoint", "primer", "config", "parent", "is_example"),
        *("n_skipped", "originality", "files", *LIFE),
    )
    readonly_fields = tuple(name for name in fields if name not in ("title", "is_private"))

    def delete_model(self, request: HttpRequest, obj: Piece) -> None:
        """Take the files away too."""
        self._delete(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Piece]) -> None:
        """Take the files away too."""
        for piece in queryset:
            self._delete(request, piece)

    def _delete(self, request: HttpRequest, piece: Piece) -> None:
        try:
            keeping.remove(piece)
        except Refused as error:
            self.message_user(request, str(error), messages.ERROR)


@admin.register(Training)
class TrainingAdmin(JobAdmin):
    """Trainings, and how the network learned."""

    list_display = ("composer", "recipe", "network", "status", "epochs", "created_at")
    fields = (
        *("composer", "corpus", "recipe", "network", "config", "checkpoint"),
        *LIFE,
        "figures_table",
    )
    readonly_fields = fields

    @admin.display(description=_("epochs"))
    def epochs(self, training: Training) -> str:
        """Say how many epochs are done, of how many."""
        return f"{len(training.figures)}/{training.config.get('epochs', '?')}"

    @admin.display(description=_("epochs"))
    def figures_table(self, training: Training) -> SafeString | str:
        """Show one row of figures for each epoch."""
        if not training.figures:
            return gettext("No epoch is done yet.")
        head = format_html_join("", "<th>{}</th>", ((name,) for name in FIGURES))
        rows = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in training.figures))
        return format_html("<table><tr>{}</tr>{}</table>", head, rows)


@admin.register(Checkpoint)
class CheckpointAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Models: which is taken by default, and how to train another like it."""

    list_display = ("title", "origin", "recipe", "network", "is_active", "is_offered")
    fields = (
        *("title", "is_offered", "is_active", "is_chosen", "hash", "name", "recipe", "network"),
        *("composer", "composers", "card", "folder", "created_at"),
    )
    readonly_fields = tuple(name for name in fields if name not in ("title", "is_offered"))
    actions = ("retrain", "activate", "roll_back")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Retrain"))
    def retrain(self, request: HttpRequest, queryset: QuerySet[Checkpoint]) -> None:
        """Queue a training like the one that made each model."""
        for model in queryset:
            try:
                trainings.retrain(model)
            except ChoiceError as error:
                text = sentence(error.code, error.values)
                self.message_user(request, text, messages.ERROR)
                return
            except Refused as error:
                self.message_user(request, str(error), messages.ERROR)
                return
        text = gettext("The training waits. Its epochs are shown under Trainings.")
        self.message_user(request, text)

    @admin.action(description=_("Compose with this model by default"))
    def activate(self, request: HttpRequest, queryset: QuerySet[Checkpoint]) -> None:
        """Make one model the default."""
        models = list(queryset[:2])
        if len(models) != 1:
            self.message_user(request, gettext("Choose one model."), messages.ERROR)
            return
        try:
            checkpoints.give(models[0], by=request.user)
        except CheckpointError as error:
            self.message_user(request, sentence(error.code, error.values), messages.ERROR)

    @admin.action(description=_("Go back to the model before the active one"))
    def roll_back(self, request: HttpRequest, queryset: QuerySet[Checkpoint]) -> None:
        """Give visitors the model they had before, whichever is marked."""
        try:
            model = checkpoints.roll_back(by=request.user)
        except Refused as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.message_user(request, gettext("{title} composes again.").format(title=model.title))

    def has_delete_permission(self, request: HttpRequest, obj: Checkpoint | None = None) -> bool:
        """Models are deleted on their own pages, which say what needs them."""
        return False


@admin.register(Primer)
class PrimerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Openings."""

    list_display = ("title", "composer", "licence", "owner", "is_offered")
    list_filter = ("is_offered", "composer")
    readonly_fields = ("opening", "owner", "remarks", "files", "created_at")


@admin.register(Upload)
class UploadAdmin(JobAdmin):
    """Files that visitors bring, on their way to be openings; deleted with the opening."""

    list_display = ("primer", "status", "created_at", "error")
    list_select_related = ("primer",)
    fields = ("primer", "title", "composer", *LIFE)
    readonly_fields = fields

    def has_delete_permission(self, request: HttpRequest, obj: Upload | None = None) -> bool:
        return False


def _cells(figures: dict[str, Any]) -> SafeString:
    values = (figures.get(name) for name in FIGURES)
    shown = (f"{value:.4g}" if isinstance(value, float) else value for value in values)
    return format_html_join("", "<td>{}</td>", ((value,) for value in shown))
