"""Which address shows what."""

from django.contrib import admin
from django.urls import include, path

from webapp import api, health
from webapp.views import accounts, gallery, media, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("pieces/", gallery.piece_list, name="piece-list"),
    path("pieces/several/", gallery.several, name="piece-several"),
    path("pieces/restore/", gallery.restore, name="piece-restore"),
    path("pieces/<uuid:pk>/change/", gallery.change, name="piece-change"),
    path("pieces/<uuid:pk>/retry/", gallery.retry, name="piece-retry"),
    path("pieces/<uuid:pk>/favourite/", gallery.favourite, name="piece-favourite"),
    path("pieces/<uuid:pk>/", pages.piece_detail, name="piece-detail"),
    path("pieces/<uuid:pk>/cancel/", pages.piece_cancel, name="piece-cancel"),
    path("pieces/<uuid:pk>/delete/", gallery.delete, name="piece-delete"),
    path("pieces/<uuid:pk>/files/<str:name>", media.piece_file, name="piece-file"),
    path("account/", accounts.account, name="account"),
    path("account/sign-up/", accounts.sign_up, name="sign-up"),
    path("account/sign-in/", accounts.sign_in, name="sign-in"),
    path("account/sign-out/", accounts.sign_out, name="sign-out"),
    path("models/", pages.checkpoint_list, name="checkpoint-list"),
    path("models/<str:pk>/<str:name>", media.checkpoint_plot, name="checkpoint-plot"),
    path("api/pieces", api.pieces, name="api-pieces"),
    path("api/pieces/<uuid:pk>", api.piece, name="api-piece"),
    path("api/pieces/<uuid:pk>/cancel", api.piece_cancel, name="api-piece-cancel"),
    path("api/pieces/<uuid:pk>/retry", api.piece_retry, name="api-piece-retry"),
    path("api/pieces/<uuid:pk>/restore", api.piece_restore, name="api-piece-restore"),
    path("api/pieces/<uuid:pk>/favourite", api.piece_favourite, name="api-piece-favourite"),
    path("api/checkpoints", api.checkpoints, name="api-checkpoints"),
    path("api/primers", api.primers, name="api-primers"),
    path("api/openapi.json", api.description, name="api-openapi"),
    path("api/<path:rest>", api.nothing),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
