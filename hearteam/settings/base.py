"""Settings that hold everywhere; `dev`, `test` and `prod` add to them.

Importing settings never starts a service: without `DATABASE_URL` they load, and the first query says what is missing.
`manage.py`, `make run` and the tests put `DATABASE_URL` and `REDIS_URL` in the environment first (`hearteam.embedded`).
"""

from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from hearteam.observe import logs
from hearteam.redis_address import RedisAddress
from hearteam.settings import environment

PROJECT_DIR = environment.PROJECT_DIR
HEARTEAM_HOME = environment.home_dir()

DEBUG = False
SECRET_KEY = ""
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "hearteam.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "channels",
    # Ours last: their admin pages take the place of what the others register.
    "hearteam.events",
    "partners",
    "dispatch",
]

MIDDLEWARE = [
    "hearteam.observe.requests.Observe",
    "dispatch.api.metrics.AskedByAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hearteam.content_policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hearteam.urls"
WSGI_APPLICATION = "hearteam.wsgi.application"
ASGI_APPLICATION = "hearteam.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "hearteam.language.catalogue.texts_of_page",
            ],
        },
    },
]

# Database. Every wait is bounded: a stuck lock or query must not hold a dispatcher's screen.
LOCK_TIMEOUT_MS = 3_000
STATEMENT_TIMEOUT_MS = environment.number("STATEMENT_TIMEOUT_MS", 15_000)
# A kept board follows every event; what none tells of (a name edited in the administration) shows after so long.
BOARD_KEPT_SECONDS = 5.0


DATABASE_POOLER = environment.choice("DATABASE_POOLER", "none", "session")  # docs/scale.md says why not "transaction"


def database(url: str, *, conn_max_age: int) -> dict[str, Any]:
    """`DATABASES["default"]` for a `postgresql://` URL; an empty URL gives an entry that refuses to connect."""
    if not url:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": ""}
    parsed: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=conn_max_age))
    options = parsed.setdefault("OPTIONS", {})
    if not environment.text("PGAPPNAME"):  # read by libpq at each connect: the copies of one process differ in it
        options.setdefault("application_name", environment.text("HEARTEAM_PROCESS", "hearteam"))
    timeouts = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    # Only what `hearteam.prepared` keeps has a plan to keep: made once a connection, not anew for each value.
    options["options"] = f"{timeouts} -c plan_cache_mode=force_generic_plan"
    if DATABASE_POOLER == "session":  # PgBouncer refuses such options: they are set on the connection instead
        parsed["ENGINE"] = "hearteam.pooled"
    options.setdefault("connect_timeout", 5)
    # A silent network (no reset, no answer) is given up after 20 s; else a write waits for a quarter of an hour.
    options |= {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 20_000}
    parsed["CONN_HEALTH_CHECKS"] = conn_max_age > 0
    return parsed


# 60 s suits the threads of `web` (WSGI). `live` gets DATABASE_CONN_MAX_AGE=0: under ASGI kept connections only leak.
DATABASES = {
    "default": database(environment.text("DATABASE_URL"), conn_max_age=environment.number("DATABASE_CONN_MAX_AGE", 60))
}
# A copy that follows the primary: reports and the search through old calls read there (dispatch/queries/replica.py).
DATABASE_REPLICA_LAG_S = environment.number("DATABASE_REPLICA_LAG_S", 10)
if environment.text("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database(environment.text("DATABASE_REPLICA_URL"), conn_max_age=60)
    DATABASES["replica"]["OPTIONS"]["connect_timeout"] = 2
    DATABASE_ROUTERS = ["dispatch.queries.replica.Router"]
REDIS_URL = environment.text("REDIS_URL")
FIXES_FULL_HOURS = environment.number("FIXES_FULL_HOURS", 24)  # positions are kept as they came, then one a minute
FIXES_KEEP_DAYS = environment.number("FIXES_KEEP_DAYS", 30)  # then deleted
TEXT_GATEWAY_TOKEN = environment.text("TEXT_GATEWAY_TOKEN")  # said to a gateway that texts are posted to

# Backups (docs/backup.md), retention of calls (0: kept), and what is printed when all is down (docs/paper.md).
BACKUP_DIR = environment.text("BACKUP_DIR")  # empty: none are made by themselves
BACKUP_EVERY_HOURS = environment.number("BACKUP_EVERY_HOURS", 24)
BACKUP_KEEP = environment.number("BACKUP_KEEP", 14)
BACKUP_DATABASE = database(environment.text("BACKUP_DATABASE_URL"), conn_max_age=0)  # where a pool stands in front
RETAIN_PERSON_DAYS = environment.number("RETAIN_PERSON_DAYS", 0)
RETAIN_NARRATIVE_DAYS = environment.number("RETAIN_NARRATIVE_DAYS", 0)
RETAIN_SIGN_IN_DAYS = environment.number("RETAIN_SIGN_IN_DAYS", 0)
RETAIN_WHAT_IF_DAYS = environment.number("RETAIN_WHAT_IF_DAYS", 0)
PAPER_EVERY_MINUTES = environment.number("PAPER_EVERY_MINUTES", 5)
PAPER_KEEP_HOURS = environment.number("PAPER_KEEP_HOURS", 24)

# Reaching people (docs/notifications.md). Web Push with a key of our own; the rest by Apprise addresses with `{to}`.
PUSH_KEY = environment.text("PUSH_KEY")
PUSH_CONTACT = environment.text("PUSH_CONTACT", "dispatch@example.org")
PUSH_HOSTS = environment.names("PUSH_HOSTS") or [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
]
PUSH_PRIVATE_NETWORK = environment.flag("PUSH_PRIVATE_NETWORK")  # a push service of one's own, inside
REACH_SMS_URL = environment.text("REACH_SMS_URL")
REACH_VOICE_URL = environment.text("REACH_VOICE_URL")
REACH_EMAIL_URL = environment.text("REACH_EMAIL_URL")
NOTICES_KEPT_DAYS = environment.number("NOTICES_KEPT_DAYS", 90)

# A person chooses the language with the switch on every page; this machine keeps it, over the end of the shift.
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_NAME = "hearteam_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [PROJECT_DIR / "locale"]
TIME_ZONE = environment.text("HEARTEAM_TIME_ZONE", "America/New_York")
USE_TZ = True
USE_I18N = True

# Sign-in. A session lasts a 12-hour shift and the hand-over after it.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
SESSION_COOKIE_AGE = 14 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "dispatch.console.login.locked_out"

# Requests.
TRUST_PROXY = environment.flag("TRUST_PROXY")  # only a proxy can reach us, and it says who the client is
REQUEST_BODY_LIMIT = 1_000_000  # bytes; enforced by hearteam.bodylimit, which answers 413
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * REQUEST_BODY_LIMIT
APPEND_SLASH = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = PROJECT_DIR / "staticfiles"
STATICFILES_DIRS = [PROJECT_DIR / "static"]
# Always asked for again (a 304 is cheap), so that one page never mixes the modules of two releases;
# vendored files carry their version in the path and never change.
WHITENOISE_MAX_AGE = 0


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:  # noqa: N802 (whitenoise reads this name)
    return url.startswith(f"{STATIC_URL}vendor/") and "@" in url


REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "dispatch.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "dispatch.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "HEARTeam dispatch API",
    "DESCRIPTION": "911 intake, triage, dispatch and the live board of Hartford's emergency response teams.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dispatch.api.schema.conventions_add",
    ],
}

# Celery: the work that may not happen inside a request. A lost worker's task is back soon after the visibility timeout.
REDIS = RedisAddress.parse(REDIS_URL)
CELERY_BROKER_URL = REDIS.celery_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 75,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "global_keyprefix": "celery:",
    **REDIS.celery_options,
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "prove-worker-alive": {
        "task": "hearteam.celery.prove_alive",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "post-texts-left-behind": {
        "task": "dispatch.tasks.texts_sweep",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "thin-tracks": {
        "task": "dispatch.tasks.tracks_thin",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "send-messages-left-behind": {
        "task": "dispatch.tasks.reaching_sweep",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "forget-old-notices": {
        "task": "dispatch.tasks.notices_forget",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "back-up": {
        "task": "dispatch.tasks.backup_due",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "retain": {
        "task": "dispatch.tasks.retention_run",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "find-what-ifs-left-behind": {
        "task": "dispatch.tasks.what_ifs_sweep",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}

if PAPER_EVERY_MINUTES > 0:  # a schedule of 0 would have beat fill the queue without a pause
    CELERY_BEAT_SCHEDULE["print-paper"] = {
        "task": "dispatch.tasks.paper_print",
        "schedule": 60.0 * PAPER_EVERY_MINUTES,
        "options": {"expires": 60.0 * PAPER_EVERY_MINUTES},
    }

LOGGING = logs.configuration()

# Figures (docs/monitoring.md). Nobody may read /metrics until one of these says who.
METRICS_TOKEN = environment.text("METRICS_TOKEN")
METRICS_NETWORKS = environment.names("METRICS_NETWORKS")  # peers that ask directly, not by the proxy
