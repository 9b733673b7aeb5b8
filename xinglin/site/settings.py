"""Django's settings, all read from the county's home (`XINGLIN_HOME`) and a few variables.

XINGLIN_DATABASE_URL  postgresql://user:password@host:port/name in place of the SQLite file
XINGLIN_HOSTS         the names under which the site is reached, separated by commas
XINGLIN_HTTPS=1       the site stands behind TLS: cookies are sent over it only
XINGLIN_COMPARE=night people who came with a delivery are compared at night only, not right after it
XINGLIN_KIT=1         shows /_kit/, all components on one page
XINGLIN_DEBUG=1       for people who write Xinglin, never with real data: traces, fresh templates
"""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from xinglin.kernel.home import home
from xinglin.lake.belonging import refuse_forgotten
from xinglin.site.databases import databases_of
from xinglin.site.found import apps_of
from xinglin.site.logs import configure_logs
from xinglin.site.secret import secret_key

HOME = home()
refuse_forgotten(HOME, os.environ)       # before anything is made
HOME.ensure()
BASE = Path(__file__).resolve().parents[1]

DEBUG = os.environ.get("XINGLIN_DEBUG") == "1"
KIT = DEBUG or os.environ.get("XINGLIN_KIT") == "1"
SECRET_KEY = secret_key(HOME.keys)
ALLOWED_HOSTS = [h for h in os.environ.get("XINGLIN_HOSTS", "*").split(",") if h]
HTTPS = os.environ.get("XINGLIN_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    *apps_of(BASE),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xinglin.show.common.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "xinglin.show.common.seats.SeatMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xinglin.show.common.problems.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "xinglin.site.urls"
TROUBLES = "xinglin.site.troubles.trouble_of"  # what the machine does to us, in a sentence
CATALOG = "xinglin.site.load.catalog"  # pages and engines ask for the definitions by this name
WSGI_APPLICATION = "xinglin.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xinglin.show.common.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "xinglin.show.common.templatetags.words",
                "xinglin.show.common.templatetags.parts",
            ],
        },
    }
]

DATABASES = databases_of(HOME, os.environ)
DATABASE_ROUTERS = ["xinglin.journal.router.AccessRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in: 12 hours on an own device; five wrong passwords close the account for 15 minutes.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "xinglin.show.common.signin.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "xinglin.show.common.problems.stale_form"

# Only our own files: no inline script or style, nothing from other hosts.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "show" / "common" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "xinglin.show.common.versioned.VersionedStorage"},
}
WHITENOISE_USE_FINDERS = True  # served from the installed package: no collecting step
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600 * 24 * 30  # addresses carry a digest (versioned.py)

FILE_UPLOAD_TEMP_DIR = HOME.tmp
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LOGGING_CONFIG = None
configure_logs(debug=DEBUG)
