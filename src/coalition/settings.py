"""All settings, read from the environment. `.env.example` lists every variable.

A value that cannot be used is refused by name, with what to write instead.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent


def env(name: str, default: str = "") -> str:
    """The variable's text, or what stands in the file that NAME_FILE points to."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {file} cannot be read: {error}.") from None
    return os.environ.get(name) or default  # set but empty is as if not set


def env_bool(name: str, default: bool = False) -> bool:
    value = env(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Write 1 or 0.")


def env_int(name: str, default: int) -> int:
    value = env(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number.") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


# Where the installation keeps its own files: database, uploads, raw mail, secret key.
HOME = Path(env("COALITION_HOME", str(PACKAGE.parents[1] / "var"))).resolve()
HOME.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """From COALITION_SECRET_KEY, else one of our own, made once and kept in COALITION_HOME."""
    if key := env("COALITION_SECRET_KEY"):
        return key
    file = HOME / "secret-key"
    if not file.exists():
        # Written whole beside it, then linked: of several processes started at once the first one
        # wins, and none reads a key that is half written.
        draft = HOME / f"secret-key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
DEBUG = env_bool("COALITION_DEBUG")
# Example records and one-time sign-in links, on loopback only; a system check holds this.
DEMO = env_bool("COALITION_DEMO")
# Likeness of texts by a model of language beside their words; needs the optional extra.
EMBEDDINGS = env_bool("COALITION_EMBEDDINGS")

SITE_URL = env("COALITION_URL", "http://127.0.0.1:8000").rstrip("/")
# By which identifier the coalition publishes its IATI files, and of which type it is there
# (codelist OrganisationType). The first begins with “XX”, a prefix of nobody: who registered with
# IATI puts the registered one here, before anything was published under another.
IATI_IDENTIFIER = env("COALITION_IATI_IDENTIFIER", "XX-COALITION")
IATI_TYPE = env("COALITION_IATI_TYPE", "90")
# The hosts from which IATI files may be fetched by their address: none without it.
IATI_HOSTS = env_list("COALITION_IATI_HOSTS")
ALLOWED_HOSTS = env_list("COALITION_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
IS_HTTPS = SITE_URL.startswith("https://")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "coalition.urls"
WSGI_APPLICATION = "coalition.wsgi.application"

INSTALLED_APPS = [
    "coalition.base",
    "coalition.ui",
    "coalition.accounts",
    "coalition.mailroom",
    "coalition.places",
    "coalition.themes",
    "coalition.partners",
    "coalition.instruments",
    "coalition.results",
    "coalition.consultations",
    "coalition.interventions",
    "coalition.commitments",
    "coalition.catalogue",
    "coalition.web",
    "coalition.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "ninja",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "django_htmx",
    "django_tasks",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "coalition.accounts.middleware.SecondFactor",
    "coalition.web.middleware.EditingPages",
    "coalition.web.middleware.PersonalPages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "coalition.ui.context.page",
            ],
            "builtins": ["coalition.ui.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "coalition.ui.forms.Renderer"

# --- Database ------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", f"sqlite:///{HOME / 'coalition.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; immediate transactions queue writers instead of
    # failing half-way; NORMAL is safe with WAL against a crash of the process.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        # What is erased is gone from the file too, not only from the tables.
        "PRAGMA secure_delete=ON;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Its just-in-time compiler takes longer to compile a page's query than the query takes.
    given = DATABASES["default"].setdefault("OPTIONS", {})
    given["options"] = f"-c jit=off {given.get('options', '')}".strip()
else:
    raise ImproperlyConfigured(
        f"DATABASE_URL names the database {DATABASES['default']['ENGINE']}. "
        "Write sqlite:///PATH or postgres://USER@HOST/NAME."
    )

# --- Cache: limits on open doors, counted once for all processes ------------------------------
CACHE_URL = env("COALITION_CACHE")
if CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    }
elif CACHE_URL:
    raise ImproperlyConfigured(f"COALITION_CACHE is {CACHE_URL!r}. Write redis://HOST:PORT/NUMBER.")
else:
    CACHES = {
        "default": {
            "BACKEND": "coalition.base.counting_cache.CountingCache",
            "LOCATION": HOME / "cache",
            # A file each. Beyond that many, readers wipe out each other's counts.
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},
        }
    }

# --- People --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "coalition.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the e-mailed code is itself the proof of the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PREVENT_ENUMERATION = True
# An unknown address gets the same page and no letter.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,5/h/key",
    "login_failed": "10/m/ip,5/5m/key",
}
# Whoever may sign in without an account of theirs, since a room lets guests in: each takes the page
# to which they want and their address.
GUEST_DOORS = ["coalition.consultations.inviting.guests.lets_in"]
# Domains that give addresses to throw away, beside those that the list we build on knows: nobody
# answers a consultation for themselves from such an address.
THROW_AWAY_DOMAINS = env_list("COALITION_THROW_AWAY_DOMAINS")
# A second factor: codes of an app, passkeys, and recovery codes for the day both are lost.
MFA_ADAPTER = "coalition.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "coalition.accounts.forms.SecondFactorForm",
    "reauthenticate": "coalition.accounts.forms.AgainForm",
    "activate_totp": "coalition.accounts.forms.AppForm",
    "add_webauthn": "coalition.accounts.forms.PasskeyForm",
    "edit_webauthn": "coalition.accounts.forms.PasskeyNameForm",
}
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1  # clocks differ, and people type
MFA_RECOVERY_CODES_SHOW_ONCE = True
# How many proxies of our own stand before the site; the address before them is the reader's.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("COALITION_PROXIES", 0)
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "workspace"
SESSION_ENGINE = "coalition.accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# --- Safety --------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
EDITING_PATH = "editing/"
CONTENT_SECURITY_POLICY = {
    # Wagtail's editing pages bring inline scripts: web.middleware widens the policy for them.
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- Language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en"
# The languages in which every text of the platform is complete.
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
# The languages in which names of records are held.
UN_LANGUAGES = ["ar", "en", "es", "fr", "ru", "zh"]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# A page that is not translated yet stands under the other language as it is.
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = True
FORMAT_MODULE_PATH = ["coalition.formats"]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What is not for the public: raw messages, uploads of cases.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HOME / "private",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MANIFEST_STRICT = True

# --- Mail ----------------------------------------------------------------------------------
# Everything that is written goes into the outbox first; `coalition mailroom send` delivers it.
EMAIL_BACKEND = "coalition.mailroom.backends.Outbox"
MAIL_HOST = env("COALITION_MAIL_HOST")  # empty: letters wait in the outbox
MAIL_PORT = env_int("COALITION_MAIL_PORT", 25)
MAIL_USER = env("COALITION_MAIL_USER")
MAIL_PASSWORD = env("COALITION_MAIL_PASSWORD")
MAIL_USE_TLS = env_bool("COALITION_MAIL_TLS")
MAIL_DOMAIN = env("COALITION_MAIL_DOMAIN", "coalition.example")
JOIN_ADDRESS = env("COALITION_JOIN_ADDRESS", f"join@{MAIL_DOMAIN}")
DEFAULT_FROM_EMAIL = env("COALITION_FROM", f"Coalition secretariat <secretariat@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Never written to: the address of the leaflet belongs to somebody else.
MAIL_NEVER_TO = ["socialjustice@ilo.org"]
# The names under which our own mail server writes Authentication-Results (RFC 8601).
MAIL_AUTHSERV_IDS = env_list("COALITION_MAIL_AUTHSERV_IDS")
# "own": where our mail server notes nothing, we check signatures (DKIM) and policies (DMARC).
MAIL_CHECK = env("COALITION_MAIL_CHECK").lower()
if MAIL_CHECK not in ("", "own"):
    raise ImproperlyConfigured(f"COALITION_MAIL_CHECK is {MAIL_CHECK!r}. Write own, or nothing.")
# How many messages an hour are read by themselves, from one sender and in all.
MAIL_SENDER_LIMIT = env_int("COALITION_MAIL_SENDER_LIMIT", 20)
MAIL_LIMIT = env_int("COALITION_MAIL_LIMIT", 500)
# The key by which our letters are signed, and its name in the domain's name servers (DKIM).
MAIL_DKIM_KEY = env("COALITION_DKIM_KEY")
MAIL_DKIM_SELECTOR = env("COALITION_DKIM_SELECTOR")
# The mail box that `coalition mailroom fetch` reads.
IMAP_HOST = env("COALITION_IMAP_HOST")
IMAP_PORT = env_int("COALITION_IMAP_PORT", 993)
IMAP_TLS = env_bool("COALITION_IMAP_TLS", True)
IMAP_USER = env("COALITION_IMAP_USER")
IMAP_PASSWORD = env("COALITION_IMAP_PASSWORD")
IMAP_FOLDER = env("COALITION_IMAP_FOLDER", "INBOX")
IMAP_DONE_FOLDER = env("COALITION_IMAP_DONE_FOLDER", "Taken")
# Addresses at these domains are examples: what is written to them never leaves the outbox.
EXAMPLE_DOMAINS = ["example.org", "example.com", "example.net", "example"]

# --- What an early room sets off in a later one ----------------------------------------------
MAIL_HANDLERS = {
    "join": "coalition.partners.actions.take_message",
    # Each takes what belongs to its own correspondences.
    "reply": ["coalition.partners.actions.take_reply", "coalition.results.actions.take_reply"],
    "guess": "coalition.partners.actions.guess_threads",
}
# What an officer may do with a waiting message: label and route, which takes the message's id.
MAIL_OFFERS = [(_("Open a request to join"), "partners:open")]
# What each later room holds of a partner that is about to leave, in its order of locks, before
# anything is written to the audit trail: takes the partner.
PARTNER_HELD = [
    "coalition.interventions.actions.hold_all_of",
    "coalition.commitments.actions.hold_all_of",
]
# What each later room does when a partner leaves or is merged: takes partner, successor and by.
PARTNER_LEAVES = {
    "interventions": "coalition.interventions.actions.partner_leaves",
    "commitments": "coalition.commitments.actions.partner_leaves",
    "vetting": "coalition.partners.vetting.actions.partner_leaves",
}
# The accessors by which a results framework reaches the record that it belongs to.
RESULT_OWNERS = ["commitment", "intervention"]
# What each later room adds to the archive that a partner takes with it: takes the partner, gives
# rows of plain values.
PARTNER_ARCHIVE = {
    "adherence": "coalition.instruments.adherence.queries.archive_of",
    "commitments": "coalition.commitments.queries.archive_of",
    "parts": "coalition.commitments.queries.archive_of_parts",
    "roles": "coalition.interventions.queries.archive_of",
}
# Told which frameworks have another light now, by their ids.
LIGHTS_CHANGED = ["coalition.commitments.actions.lights_changed"]
RECORD_CHANGED = "coalition.catalogue.actions.record_changed"
# Who keeps something of a kind of record beside the catalogue, and is told of its changes too.
ALSO_CHANGED = {
    "partners.Partner": ["coalition.commitments.actions.partners_changed"],
    "interventions.Intervention": ["coalition.interventions.iati.actions.refresh"],
}
# Takes references of public records and gives title and address of those it knows.
RESOLVE_REFERENCE = "coalition.catalogue.queries.resolve"
RECORDS_CHANGED = "coalition.catalogue.actions.records_changed"
# What a later room adds to the catalogue when it is rebuilt.
CATALOGUE_SOURCES = {"news": "coalition.web.news.rows"}
# What later rooms add to `coalition import`: each adds its verb to the command's.
IMPORTS = ["coalition.interventions.iati.command.add"]
# Every room's list of personal fields; base.privacy runs export, erasure and retention from it.
# Accounts come last: what others keep of a guest is dated by the account.
PERSONAL_DATA = [
    "coalition.mailroom.personal.PERSONAL",
    "coalition.partners.personal.PERSONAL",
    "coalition.instruments.personal.PERSONAL",
    "coalition.results.personal.PERSONAL",
    "coalition.consultations.personal.PERSONAL",
    "coalition.interventions.personal.PERSONAL",
    "coalition.commitments.personal.PERSONAL",
    "coalition.accounts.personal.PERSONAL",
]

# --- Editorial pages -----------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Coalition"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"}
}
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]},
    }
}

# --- Head and foot of every page: label and route ----------------------------------------------
COALITION_NAME = "Coalition"
COALITION_SEARCH = "catalogue:search"
COALITION_SIGN_OUT = "account_logout"
COALITION_NAVIGATION = [
    (_("Partners"), "partners:directory"),
    (_("Commitments"), "commitments:explorer"),
    (_("Consultations"), "consultations:list"),
    (_("Interventions"), "interventions:list"),
    (_("Results"), "results:explorer"),
    (_("Instruments"), "instruments:list"),
    (_("Themes"), "themes"),
    (_("Places"), "places"),
]
COALITION_FOOTER = [
    (_("About"), "about"),
    (_("Join"), "partners:join"),
    (_("Bodies"), "partners:bodies"),
    (_("Common priorities"), "partners:common_priorities"),
    (_("News"), "news"),
    (_("Accessibility"), "accessibility"),
    (_("Privacy"), "privacy"),
    (_("Data and API"), "data"),
    (_("Components"), "ui:components"),
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("COALITION_LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS = ["security.W008"]
