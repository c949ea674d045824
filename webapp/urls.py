"""Which address shows what."""

from django.contrib import admin
from django.urls import include, path

from webapp import api, health
from webapp.views import checkpoints, duels, imports, media, pages, rehearsals

urlpatterns = [
    path("", pages.home, name="home"),
    path("pieces/", pages.piece_list, name="piece-list"),
    path("pieces/<uuid:pk>/", pages.piece_detail, name="piece-detail"),
    path("pieces/<uuid:pk>/cancel/", pages.piece_cancel, name="piece-cancel"),
    path("pieces/<uuid:pk>/delete/", pages.piece_delete, name="piece-delete"),
    path("pieces/<uuid:pk>/files/<str:name>", media.piece_file, name="piece-file"),
    path("models/", checkpoints.checkpoint_list, name="checkpoint-list"),
    path("models/compare/", checkpoints.checkpoint_compare, name="checkpoint-compare"),
    path("models/import/", imports.import_new, name="import-new"),
    path("models/import/<uuid:pk>/", imports.import_detail, name="import-detail"),
    path("models/roll-back/", checkpoints.roll_back, name="checkpoint-roll-back"),
    path("models/<str:pk>/", checkpoints.checkpoint_detail, name="checkpoint-detail"),
    path("models/<str:pk>/activate/", checkpoints.activate, name="checkpoint-activate"),
    path("models/<str:pk>/offer/", checkpoints.offer, name="checkpoint-offer"),
    path("models/<str:pk>/delete/", checkpoints.delete, name="checkpoint-delete"),
    path("models/<str:pk>/rehearse/", rehearsals.rehearse, name="checkpoint-rehearse"),
    path("models/<str:pk>/export", imports.export, name="checkpoint-export"),
    path("models/<str:pk>/<str:name>", checkpoints.checkpoint_plot, name="checkpoint-plot"),
    path("rehearsals/<uuid:pk>/", rehearsals.rehearsal_detail, name="rehearsal-detail"),
    path("rehearsals/<uuid:pk>/cancel/", rehearsals.cancel, name="rehearsal-cancel"),
    path(
        "rehearsals/<uuid:pk>/<str:side>/<int:number>/<str:name>",
        rehearsals.rehearsal_file,
        name="rehearsal-file",
    ),
    path("duels/", duels.duel_list, name="duel-list"),
    path("duels/new/", duels.duel_new, name="duel-new"),
    path("duels/<uuid:pk>/score/", duels.duel_detail, name="duel-detail"),
    path("duels/<uuid:pk>/close/", duels.close, name="duel-close"),
    path("duels/<uuid:pk>/", duels.bout_detail, name="bout-detail"),
    path("duels/<uuid:pk>/vote/", duels.vote, name="bout-vote"),
    path("duels/<uuid:pk>/<str:letter>.mp3", duels.bout_sound, name="bout-sound"),
    path("api/pieces", api.pieces, name="api-pieces"),
    path("api/pieces/<uuid:pk>", api.piece, name="api-piece"),
    path("api/pieces/<uuid:pk>/cancel", api.piece_cancel, name="api-piece-cancel"),
    path("api/checkpoints", api.checkpoints, name="api-checkpoints"),
    path("api/checkpoints/roll-back", api.roll_back, name="api-roll-back"),
    path("api/checkpoints/<str:pk>/activate", api.activate, name="api-checkpoint-activate"),
    path("api/checkpoints/<str:pk>/rehearse", api.rehearse, name="api-checkpoint-rehearse"),
    path("api/rehearsals/<uuid:pk>", api.rehearsal, name="api-rehearsal"),
    path("api/primers", api.primers, name="api-primers"),
    path("api/openapi.json", api.description, name="api-openapi"),
    path("api/<path:rest>", api.nothing),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
