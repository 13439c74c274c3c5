"""The pages of Samphan as a WSGI application; `runtime.front` mounts it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samphan.config.settings")

application = get_wsgi_application()
