"""Django's settings, made from the environment and nothing else."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from samphan.config.environment import load_environment
from samphan.config.files import file_storage

ENVIRONMENT = load_environment(os.environ)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key()
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]
SITE_URL = ENVIRONMENT.url  # for links in what leaves the product, such as e-mails

DOMAINS = [
    "samphan.platform",
    "samphan.ui",
    "samphan.administration",
    "samphan.customers",
    "samphan.commerce",
    "samphan.work",
    "samphan.objects",
    "samphan.insights",
    "samphan.integrations",
]
INSTALLED_APPS = [
    *DOMAINS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "samphan.platform.observation.middleware.ObservationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "samphan.administration.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "samphan.administration.middleware.WorkspaceMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "samphan.config.urls"
WSGI_APPLICATION = "samphan.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "samphan.administration.context.shell",
            ],
        },
    }
]

# The login role is `samphan`, which owns nothing; everything runs as `samphan_app`, migrations as `samphan_owner`.
_database = ENVIRONMENT.database_parameters()
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname", "samphan"),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": str(_database.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_database, "assume_role": ENVIRONMENT.database_role, "connect_timeout": 10},
        "TEST": {"NAME": "samphan_test"},
    }
}

AUTH_USER_MODEL = "administration.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "samphan.administration.accounts.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# django-axes alone locks sign-ins out, with one set of counters in the database; allauth's limits are for the rest:
# password links (20 a minute from one address, 5 for one e-mail), changes of a password, and confirmations.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "signup": None}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # between the first and the second step
MFA_ADAPTER = "samphan.administration.security.factors.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Samphan"
MFA_TOTP_TOLERANCE = 1  # half a minute for slow fingers; a code is taken once
MFA_RECOVERY_CODES_SHOW_ONCE = True
# The company's own identity provider; accounts are kept by issuer and subject, never by an e-mail that nobody verified.
OIDC_PROVIDER_ID = ENVIRONMENT.oidc_provider_id
OIDC_NAME = ENVIRONMENT.oidc_name
SOCIALACCOUNT_ADAPTER = "samphan.administration.security.company_accounts.CompanyAccounts"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER_ID,
                "name": OIDC_NAME or "OpenID Connect",
                "client_id": ENVIRONMENT.oidc_client_id,
                "secret": ENVIRONMENT.oidc_client_secret,
                "settings": {"server_url": ENVIRONMENT.oidc_issuer, "oauth_pkce_enabled": True},
            }
        ]
        if ENVIRONMENT.oidc_issuer
        else [],
    }
}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = "samphan.administration.security.guesses.lockout_parameters"
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_CALLABLE = "samphan.administration.accounts.locked_out"
SESSION_ENGINE = "samphan.administration.security.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts take the form's mark from the page
# The prefix makes browsers refuse a cookie that a neighbour's host or an unencrypted page has set.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    ("__Host-sessionid", "__Host-csrftoken") if ENVIRONMENT.is_https else ("sessionid", "csrftoken")
)
DEVICE_COOKIE_NAME = "__Host-samphan_device" if ENVIRONMENT.is_https else "samphan_device"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if ENVIRONMENT.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.is_https
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "samphan.administration.views.errors.csrf_failure"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "samphan_cache",
        # Beyond it a request would delete the old ones itself, and of two that do so at once one may end in a deadlock;
        # a job forgets them every hour.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        # Browsers hold the redirect after a form to it too, and the sign-in of the company begins with one.
        "form-action": [SELF, *([_origin(ENVIRONMENT.oidc_issuer)] if ENVIRONMENT.oidc_issuer else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
TIME_ZONE = ENVIRONMENT.time_zone
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # assets are served from the package, so that a clone and a wheel run the same way
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60 * 60
FILES = ENVIRONMENT.home / "files"  # imports, files of customers, and others of the installation
STORAGES = {
    "default": file_storage(ENVIRONMENT.files_url, ENVIRONMENT.home),
    "staticfiles": {"BACKEND": "samphan.ui.built_files.VersionedFiles"},
}
# Writes the two files for trying an import; the domains stand below the demo company and cannot name it.
SAMPLE_FILES = "samphan.runtime.demo.samples.write_samples"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

API_REQUESTS_PER_MINUTE = ENVIRONMENT.api_requests  # of one token

DEFAULT_FROM_EMAIL = "Samphan <samphan@localhost>"
vars().update(ENVIRONMENT.email_settings())

PGHISTORY_BASE_MODEL = "samphan.platform.changes.models.HistoryEvent"
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["samphan.platform.imports.jobs", "samphan.runtime.backup.jobs"]

LOG_REQUESTS = ENVIRONMENT.log_format == "json"  # a line for each is for programs
TRUSTS_A_PROXY = bool(ENVIRONMENT.trusted_proxies)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "samphan.platform.observation.logs.LineFormatter"},
        "json": {"()": "samphan.platform.observation.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "samphan": {"level": ENVIRONMENT.log_level.upper()},
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = ["axes.W003"]
