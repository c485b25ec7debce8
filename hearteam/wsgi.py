"""HTTP: pages and API. Served by gunicorn in the `web` process."""

import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from hearteam.bodylimit import BodyLimit
from hearteam.forwarded import ForwardedFor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
application: WSGIApplication = BodyLimit(get_wsgi_application(), settings.REQUEST_BODY_LIMIT)
if settings.TRUST_PROXY:
    application = ForwardedFor(application)
