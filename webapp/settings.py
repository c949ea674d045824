"""Django's settings. What differs between machines is read by webapp.env."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from webapp import env

BASE_DIR = Path(__file__).resolve().parent.parent

# Everything that this site writes lies under HOME.
HOME = env.path("IMPROMPTU_HOME", BASE_DIR / "var")
MEDIA_ROOT = HOME / "media"
CHECKPOINTS_ROOT = HOME / "checkpoints"
TRAININGS_ROOT = HOME / "trainings"
CORPORA_ROOT = HOME / "corpora"
INTAKES_ROOT = HOME / "intakes"
UPLOADS_ROOT = HOME / "uploads"
CORPUS_ROOT = env.path("CORPUS", HOME / "corpus")
CACHE_ROOT = HOME / "cache"
RUN_ROOT = HOME / "run"
EXAMPLES_ROOT = BASE_DIR / "webapp" / "examples"
OPENINGS_ROOT = BASE_DIR / "generator" / "openings"
PRETRAINED_ROOT = BASE_DIR / "generator" / "pretrained"

SECRET_KEY = env.secret("SECRET_KEY", HOME / "secret_key")
DEBUG = env.flag("DEBUG", default=False)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"), HOST]
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS", "")

REDIS_URL = env.redis_url("REDIS_URL", HOME)
BROKER_URL = env.broker_url(REDIS_URL)

SILENCE_S = env.number("IMPROMPTU_SILENCE_S", 60)  # a worker silent for this long is lost
BEAT_S = SILENCE_S / 6  # between two signs of life of a worker

# A rehearsal composes so many pieces by each model; on a slow machine fewer may do.
REHEARSAL_PIECES = env.number("REHEARSAL_PIECES", 8)

SQLITE = {
    # WAL: readers do not wait for the writer. IMMEDIATE: a transaction that will write says so
    # at its start and waits its turn, where a late upgrade would fail at once.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
}
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{HOME / 'db.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "webapp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "webapp.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "webapp.csrf.CookieCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["webapp.templatetags.naming"],
        },
    }
]

# What is uploaded goes to the disk as it comes, and is counted while it does.
FILE_UPLOAD_HANDLERS = ["webapp.uploads.CountedUpload"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected, files are served compressed and named by their hash, as in the container. Otherwise
# they are found where they lie, and nothing need be run before the first start.
STATIC_ROOT = env.text("STATIC_ROOT", "") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
_STATIC = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_ROOT
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC},
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "webapp" / "locale"]

# Plain HTTP on one's own machine is the first use, so Secure cookies are asked for, not assumed.
HTTPS = env.flag("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from beside us, not by visitors
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # a stricter one would take Origin from our own forms
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "webapp.csrf.refused"
# W003 looks for Django's own CSRF middleware by name, and ours is built on it.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
if not HTTPS:
    SILENCED_SYSTEM_CHECKS += [f"security.W{number:03}" for number in (4, 8, 12, 16)]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        *("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator"),
        "UserAttributeSimilarityValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "webapp.accounts.Patience",  # nobody tries passwords without end
    "django.contrib.auth.backends.ModelBackend",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
