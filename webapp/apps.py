"""What Django does with this package at start."""

from django.apps import AppConfig


class WebappConfig(AppConfig):
    """The web app: its rows, its checks, its pages."""

    name = "webapp"
    verbose_name = "Impromptu"

    def ready(self) -> None:
        from webapp import accounts, checks  # noqa: F401, PLC0415 - importing registers them
