"""Addresses of the server-rendered pages."""

from django.urls import path, re_path
from django.views.i18n import set_language

from dispatch.console import console, guest, login, map, paper, reach, record, reports, unit, wallboard

urlpatterns = [
    path("", console.console_page, name="console"),
    path("login/", login.SignIn.as_view(), name="login"),
    path("logout/", login.SignOut.as_view(), name="logout"),
    path("language/", set_language, name="language"),
    path("unit/", unit.unit_page, name="unit"),
    path("unit/crew/", unit.crew_page, name="crew"),
    path("map/", map.map_page, name="map"),
    path("calls/<str:call_id>/print/", record.record_page, name="record"),
    re_path(r"^guest/(?P<token>[A-Za-z0-9_.-]{20,160})/$", guest.guest_page, name="guest"),
    path("reach/", reach.reach_page, name="reach"),
    path("opened/<uuid:key>/", reach.opened_page, name="opened"),
    path("paper/", paper.paper_page, name="paper"),
    path("paper/worker.js", paper.worker, name="paper-worker"),
    path("paper/entry/", paper.entry_page, name="paper-entry"),
    path("reports/", reports.reports_page, name="reports"),
    path("board/", wallboard.wallboard_page, name="board"),
    path("api/map/", map.map_data, name="map-data"),
    path("manifest.webmanifest", unit.manifest, name="manifest"),
    path("unit/shell/", unit.unit_shell, name="unit-shell"),
    path("sw.js", unit.service_worker, name="service-worker"),
]
