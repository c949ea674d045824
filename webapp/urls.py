"""Which address shows what."""

from django.contrib import admin
from django.urls import include, path

from webapp import api, health
from webapp.views import media, pages, tweaks

urlpatterns = [
    path("", pages.home, name="home"),
    path("pieces/", pages.piece_list, name="piece-list"),
    path("pieces/<uuid:pk>/", pages.piece_detail, name="piece-detail"),
    path("pieces/<uuid:pk>/cancel/", pages.piece_cancel, name="piece-cancel"),
    path("pieces/<uuid:pk>/delete/", pages.piece_delete, name="piece-delete"),
    path("pieces/<uuid:pk>/files/<str:name>", media.piece_file, name="piece-file"),
    path("pieces/<uuid:pk>/strip/", tweaks.piece_strip, name="piece-strip"),
    path("pieces/<uuid:pk>/go-on/", tweaks.piece_go_on, name="piece-go-on"),
    path("pieces/<uuid:pk>/rewrite/", tweaks.piece_rewrite, name="piece-rewrite"),
    path("pieces/<uuid:pk>/reproduce/", tweaks.piece_reproduce, name="piece-reproduce"),
    path("reproductions/<uuid:pk>/", tweaks.reproduction_detail, name="reproduction-detail"),
    path("sets/<uuid:pk>/", tweaks.set_detail, name="set-detail"),
    path("sets/<uuid:pk>/keep/", tweaks.set_keep, name="set-keep"),
    path("models/", pages.checkpoint_list, name="checkpoint-list"),
    path("models/<str:pk>/<str:name>", media.checkpoint_plot, name="checkpoint-plot"),
    path("api/pieces", api.pieces, name="api-pieces"),
    path("api/pieces/<uuid:pk>", api.piece, name="api-piece"),
    path("api/pieces/<uuid:pk>/cancel", api.piece_cancel, name="api-piece-cancel"),
    path("api/sets/<uuid:pk>", api.takes, name="api-set"),
    path("api/checkpoints", api.checkpoints, name="api-checkpoints"),
    path("api/primers", api.primers, name="api-primers"),
    path("api/openapi.json", api.description, name="api-openapi"),
    path("api/<path:rest>", api.nothing),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
