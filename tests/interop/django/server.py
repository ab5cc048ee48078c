"""A Django project around a SCIM package: `server.py mitol` for mitol-django-scim, `server.py scim2` for django-scim2-server.

The project brings the users, the token and nothing of the protocol."""

import os
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings

which, port, token = sys.argv[1], int(os.environ["PORT"]), os.environ["SCIM_TOKEN"]
apps = {"mitol": ["people", "mitol.scim"], "scim2": ["django_scim2_server"]}[which]
database = Path(tempfile.mkdtemp()) / "db.sqlite3"
common = {
    "DEBUG": False,
    "SECRET_KEY": token,
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "ROOT_URLCONF": __name__,
    "USE_TZ": True,
    "MIDDLEWARE": ["bearer.Bearer"],
    "INSTALLED_APPS": ["django.contrib.auth", "django.contrib.contenttypes", *apps],
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": database,
            "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
        }
    },
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "LOGGING_CONFIG": None,
}
if which == "mitol":
    from mitol.scim.settings.scim import SCIM_SERVICE_PROVIDER

    common["AUTH_USER_MODEL"] = "people.User"
    common["SITE_BASE_URL"] = f"http://127.0.0.1:{port}"
    common["SCIM_SERVICE_PROVIDER"] = {
        **SCIM_SERVICE_PROVIDER,
        "BASE_LOCATION_GETTER": lambda request=None, *args, **kwargs: f"http://127.0.0.1:{port}",
        "GROUP_ADAPTER": "django_scim.adapters.SCIMGroup",
    }

settings.configure(**common)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("mitol.scim.urls")) if which == "mitol" else path("scim/v2/", include("django_scim2_server.urls"))]
call_command("migrate", run_syncdb=True, verbosity=0)

from werkzeug.serving import run_simple  # noqa: E402

run_simple("127.0.0.1", port, get_wsgi_application(), threaded=True)
