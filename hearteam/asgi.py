"""WebSockets only. Served by uvicorn in the `live` process; HTTP is `hearteam.wsgi`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
application = get_asgi_application()
