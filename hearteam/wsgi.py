"""HTTP: pages and API. Served by gunicorn in the `web` process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
application = get_wsgi_application()
