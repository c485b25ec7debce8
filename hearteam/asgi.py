"""WebSockets only. Served by uvicorn in the `live` process; HTTP is `hearteam.wsgi`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
django.setup()

from django.db import connections  # noqa: E402  (models need set-up Django)

from dispatch.live.application import make_application  # noqa: E402

for settings in connections.settings.values():
    settings["CONN_MAX_AGE"] = 0  # under ASGI kept connections only leak

application = make_application()
