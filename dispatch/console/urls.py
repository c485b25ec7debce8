"""Addresses of the server-rendered pages."""

from django.urls import path
from django.views.i18n import set_language

from dispatch.console import console, login, map, reach, record, reports, unit, wallboard

urlpatterns = [
    path("", console.console_page, name="console"),
    path("login/", login.SignIn.as_view(), name="login"),
    path("logout/", login.SignOut.as_view(), name="logout"),
    path("language/", set_language, name="language"),
    path("unit/", unit.unit_page, name="unit"),
    path("map/", map.map_page, name="map"),
    path("calls/<str:call_id>/print/", record.record_page, name="record"),
    path("reach/", reach.reach_page, name="reach"),
    path("opened/<uuid:key>/", reach.opened_page, name="opened"),
    path("reports/", reports.reports_page, name="reports"),
    path("board/", wallboard.wallboard_page, name="board"),
    path("api/map/", map.map_data, name="map-data"),
    path("manifest.webmanifest", unit.manifest, name="manifest"),
    path("unit/shell/", unit.unit_shell, name="unit-shell"),
    path("sw.js", unit.service_worker, name="service-worker"),
]
