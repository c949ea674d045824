"""Which address shows what."""

from django.contrib import admin
from django.urls import include, path

from webapp import api, health
from webapp.views import media, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("pieces/", pages.piece_list, name="piece-list"),
    path("pieces/<uuid:pk>/", pages.piece_detail, name="piece-detail"),
    path("pieces/<uuid:pk>/cancel/", pages.piece_cancel, name="piece-cancel"),
    path("pieces/<uuid:pk>/delete/", pages.piece_delete, name="piece-delete"),
    path("pieces/<uuid:pk>/sound/", pages.piece_sound, name="piece-sound"),
    path("pieces/<uuid:pk>/files/<str:name>", media.piece_file, name="piece-file"),
    path("models/", pages.checkpoint_list, name="checkpoint-list"),
    path("models/<str:pk>/<str:name>", media.checkpoint_plot, name="checkpoint-plot"),
    path("api/pieces", api.pieces, name="api-pieces"),
    path("api/pieces/<uuid:pk>", api.piece, name="api-piece"),
    path("api/pieces/<uuid:pk>/cancel", api.piece_cancel, name="api-piece-cancel"),
    path("api/checkpoints", api.checkpoints, name="api-checkpoints"),
    path("api/primers", api.primers, name="api-primers"),
    path("api/openapi.json", api.description, name="api-openapi"),
    path("api/<path:rest>", api.nothing),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
