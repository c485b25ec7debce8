"""All addresses, by include. Sockets are in `dispatch.live`."""

from django.contrib import admin
from django.urls import include, path

from dispatch.api.metrics import metrics
from hearteam import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("", include("dispatch.console.urls")),
    path("api/", include("dispatch.api.urls")),
]
