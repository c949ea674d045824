"""Which address shows what."""

from django.contrib import admin
from django.urls import include, path

from webapp import api, corpora_api, health
from webapp.views import corpora, media, pages
from webapp import api, health
from webapp.views import media, pages, trainings

urlpatterns = [
    path("", pages.home, name="home"),
    path("pieces/", pages.piece_list, name="piece-list"),
    path("pieces/<uuid:pk>/", pages.piece_detail, name="piece-detail"),
    path("pieces/<uuid:pk>/cancel/", pages.piece_cancel, name="piece-cancel"),
    path("pieces/<uuid:pk>/delete/", pages.piece_delete, name="piece-delete"),
    path("pieces/<uuid:pk>/files/<str:name>", media.piece_file, name="piece-file"),
    path("models/", pages.checkpoint_list, name="checkpoint-list"),
    path("models/<str:pk>/<str:name>", media.checkpoint_plot, name="checkpoint-plot"),
    path("corpora/", corpora.corpus_list, name="corpus-list"),
    path("corpora/new/", corpora.corpus_new, name="corpus-new"),
    path("corpora/<uuid:pk>/", corpora.corpus_detail, name="corpus-detail"),
    path("corpora/<uuid:pk>/files/", corpora.corpus_add, name="corpus-add"),
    path("corpora/<uuid:pk>/files/<int:file>/delete/", corpora.file_delete, name="file-delete"),
    path("corpora/<uuid:pk>/read/", corpora.corpus_read, name="corpus-read"),
    path("corpora/<uuid:pk>/cancel/", corpora.corpus_cancel, name="corpus-cancel"),
    path("corpora/<uuid:pk>/delete/", corpora.corpus_delete, name="corpus-delete"),
    path("corpora/<uuid:pk>/openings/", corpora.corpus_openings, name="corpus-openings"),
    path("api/corpora", corpora_api.corpora_all, name="api-corpora"),
    path("api/corpora/<uuid:pk>", corpora_api.corpus, name="api-corpus"),
    path("trainings/", trainings.training_list, name="training-list"),
    path("trainings/new/", trainings.training_new, name="training-new"),
    path("trainings/<uuid:pk>/", trainings.training_detail, name="training-detail"),
    path("trainings/<uuid:pk>/end/", trainings.training_end, name="training-end"),
    path("trainings/<uuid:pk>/files/<str:name>", trainings.training_file, name="training-file"),
    path("trainings/<uuid:pk>/plots/<str:name>", trainings.training_plot, name="training-plot"),
    path("api/pieces", api.pieces, name="api-pieces"),
    path("api/pieces/<uuid:pk>", api.piece, name="api-piece"),
    path("api/pieces/<uuid:pk>/cancel", api.piece_cancel, name="api-piece-cancel"),
    path("api/trainings", api.training_list, name="api-trainings"),
    path("api/trainings/<uuid:pk>", api.training, name="api-training"),
    path("api/trainings/<uuid:pk>/cancel", api.training_cancel, name="api-training-cancel"),
    path("api/checkpoints", api.checkpoints, name="api-checkpoints"),
    path("api/primers", api.primers, name="api-primers"),
    path("api/openapi.json", api.description, name="api-openapi"),
    path("api/<path:rest>", api.nothing),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
