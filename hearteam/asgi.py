"""WebSockets only. Served by uvicorn in the `live` process; HTTP is `hearteam.wsgi`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
django.setup()

from dispatch.live.application import make_application  # noqa: E402  (models need set-up Django)

application = make_application()
