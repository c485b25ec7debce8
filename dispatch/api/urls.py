"""Addresses of the API."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from dispatch.api import (
    alerts,
    assignments,
    board,
    calls,
    command_line,
    contacts,
    duplicates,
    intake,
    interpreters,
    premises,
    problems,
    texting,
    triage,
    units,
)


class Callsign(StringConverter):
    """A call sign: text that a database can be asked for, so without a NUL."""

    regex = "[^/\x00]{1,40}"


register_converter(Callsign, "callsign")

urlpatterns = [
    path("board/", board.Board.as_view()),
    path("events/", board.Events.as_view()),
    path("me/", board.Me.as_view()),
    path("reference/", board.Reference.as_view()),
    path("command-line/", command_line.CommandLine.as_view()),
    path("locate/", board.Locate.as_view()),
    path("places/", board.Places.as_view()),
    path("calls/", calls.CallList.as_view()),
    path("calls/duplicates/", duplicates.CallDuplicates.as_view()),
    path("calls/<str:call_id>/", calls.CallOne.as_view()),
    path("calls/<str:call_id>/timeline/", calls.CallTimeline.as_view()),
    path("calls/<str:call_id>/notes/", calls.CallNotes.as_view()),
    path("calls/<str:call_id>/contacts/", contacts.CallContacts.as_view()),
    path("calls/<str:call_id>/intake/", intake.CallPhoneSide.as_view()),
    path("calls/<str:call_id>/bid/", intake.CallBidUse.as_view()),
    path("calls/<str:call_id>/texts/", texting.CallTexts.as_view()),
    path("calls/<str:call_id>/texts/read/", texting.CallTextsRead.as_view()),
    path("calls/<str:call_id>/interpreter/", interpreters.CallInterpreter.as_view()),
    path("intake/", intake.Intake.as_view()),
    path("intake/ali/", intake.IntakeAli.as_view()),
    path("intake/pidf/", intake.IntakePidf.as_view()),
    path("intake/texts/", texting.GatewayTexts.as_view()),
    path("intake/texts/<str:message_id>/state/", texting.GatewayTextState.as_view()),
    path("intake/<str:reference>/rebid/", intake.IntakeRebid.as_view()),
    path("calls/<str:call_id>/close/", calls.CallClose.as_view()),
    path("calls/<str:call_id>/hold/", calls.CallHold.as_view()),
    path("calls/<str:call_id>/resume/", calls.CallResume.as_view()),
    path("calls/<str:call_id>/cancel/", calls.CallCancel.as_view()),
    path("calls/<str:call_id>/reopen/", calls.CallReopen.as_view()),
    path("calls/<str:call_id>/merge/", calls.CallMerge.as_view()),
    path("calls/<str:call_id>/unmerge/", calls.CallUnmerge.as_view()),
    path("calls/<str:call_id>/callback/", calls.CallCallback.as_view()),
    path("calls/<str:call_id>/interventions/", calls.CallInterventions.as_view()),
    path("calls/<str:call_id>/triage/", triage.CallTriage.as_view()),
    path("calls/<str:call_id>/recommendation/", triage.CallRecommendation.as_view()),
    path("calls/<str:call_id>/override/", triage.CallOverride.as_view()),
    path("calls/<str:call_id>/slots/", triage.CallSlots.as_view()),
    path("calls/<str:call_id>/handoffs/", triage.CallHandoffs.as_view()),
    path("calls/<str:call_id>/scene-safe/", triage.CallSceneSafe.as_view()),
    path("calls/<str:call_id>/scene-unsafe/", triage.CallSceneUnsafe.as_view()),
    path("calls/<str:call_id>/police/", triage.CallPolice.as_view()),
    path("calls/<str:call_id>/assignments/", assignments.CallAssignments.as_view()),
    path("assignments/<str:assignment_id>/status/", assignments.AssignmentStatus.as_view()),
    path("assignments/<str:assignment_id>/acknowledge/", assignments.AssignmentAcknowledge.as_view()),
    path("assignments/<str:assignment_id>/welfare/", assignments.AssignmentWelfare.as_view()),
    path("assignments/<str:assignment_id>/order/", assignments.AssignmentOrder.as_view()),
    path("unit/", units.OwnUnit.as_view()),
    path("units/<callsign:callsign>/history/", command_line.UnitHistory.as_view()),
    path("units/<callsign:callsign>/status/", units.UnitStatus.as_view()),
    path("units/<callsign:callsign>/emergency/", units.UnitEmergency.as_view()),
    path("units/<callsign:callsign>/position/", units.UnitPosition.as_view()),
    path("units/<callsign:callsign>/check/", units.UnitCheck.as_view()),
    path("alerts/<str:alert_id>/acknowledge/", alerts.AlertAcknowledge.as_view()),
    path("alerts/<str:alert_id>/clear/", alerts.AlertClear.as_view()),
    path("premises/", premises.Premises.as_view()),
    path("premises/<str:premise_id>/cautions/", premises.PremiseCautions.as_view()),
    path("cautions/<str:caution_id>/review/", premises.CautionReview.as_view()),
    path("cautions/<str:caution_id>/end/", premises.CautionEnd.as_view()),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="dispatch/docs.html"),
        name="docs",
    ),
    re_path(r"^(?P<path>[\s\S]*)$", problems.not_found),
]
