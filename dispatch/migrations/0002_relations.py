import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dispatch", "0001_initial"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alerts",
                to="partners.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(fields=("kind", "code"), name="area_once"),
        ),
        migrations.AddField(
            model_name="assignment",
            name="assigned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="partners.unit"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_calls",
                to="dispatch.call",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="call",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alerts",
                to="dispatch.call",
            ),
        ),
        migrations.AddField(
            model_name="callcontact",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="callintervention",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="interventions", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="callintervention",
            name="recorded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="callintervention",
            name="unit",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.unit"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="call_type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calls",
                to="dispatch.calltype",
            ),
        ),
        migrations.AddField(
            model_name="command",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="alert",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="dispatch.alert",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="assignment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deadlines",
                to="dispatch.assignment",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="call",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deadlines",
                to="dispatch.call",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="unit",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.unit"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="overridden_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dispatch.decision",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="disposition",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dispatch.disposition",
            ),
        ),
        migrations.AddConstraint(
            model_name="geographyversion",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="one_geography_version"),
        ),
        migrations.AddField(
            model_name="handoff",
            name="assignment",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handoff",
                to="dispatch.assignment",
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="handoffs", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="team",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.team"),
        ),
        migrations.AddField(
            model_name="callintervention",
            name="intervention",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dispatch.intervention"
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="dispatch.note",
            ),
        ),
        migrations.AddField(
            model_name="optionjoin",
            name="option",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="joins", to="dispatch.outcomeoption"
            ),
        ),
        migrations.AddField(
            model_name="optionfollowup",
            name="option",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="follow_ups", to="dispatch.outcomeoption"
            ),
        ),
        migrations.AddField(
            model_name="optionaddition",
            name="option",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="additions", to="dispatch.outcomeoption"
            ),
        ),
        migrations.AddField(
            model_name="personincrisis",
            name="call",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="person", to="dispatch.call"
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("kind__in", ["ADDRESS", "PARCEL"]), _negated=True),
                fields=["name_normal"],
                name="place_name_trigram",
                opclasses=["gin_trgm_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("number_low__isnull", False)),
                fields=["street_1", "number_low"],
                name="place_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                fields=("source", "kind", "name", "lat", "lon"), name="place_once_per_source"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="premise",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="calls",
                to="dispatch.premise",
            ),
        ),
        migrations.AddField(
            model_name="premisecaution",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="premisecaution",
            name="premise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="cautions", to="dispatch.premise"
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="recommendations", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dispatch.decision",
            ),
        ),
        migrations.AddField(
            model_name="responseplan",
            name="call_type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="plans",
                to="dispatch.calltype",
            ),
        ),
        migrations.AddField(
            model_name="responseslot",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="slots", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="slot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assignments",
                to="dispatch.responseslot",
            ),
        ),
        migrations.AddField(
            model_name="ruleoutcome",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="outcomes", to="dispatch.rule"
            ),
        ),
        migrations.AddField(
            model_name="outcomepriority",
            name="outcome",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="priorities", to="dispatch.ruleoutcome"
            ),
        ),
        migrations.AddField(
            model_name="outcomeoption",
            name="outcome",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="options", to="dispatch.ruleoutcome"
            ),
        ),
        migrations.AddField(
            model_name="outcomealternative",
            name="outcome",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="alternatives", to="dispatch.ruleoutcome"
            ),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="approver",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="ruleset",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="dispatch.ruleset"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="ruleset",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dispatch.ruleset"
            ),
        ),
        migrations.AddField(
            model_name="rulesetteam",
            name="ruleset",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="teams", to="dispatch.ruleset"
            ),
        ),
        migrations.AddIndex(
            model_name="street",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name_normal"], name="street_name_trigram", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="street",
            constraint=models.UniqueConstraint(fields=("name_normal", "source"), name="street_once_per_source"),
        ),
        migrations.AddField(
            model_name="triageanswers",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="triageanswers",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="answer_sets", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="answers",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="dispatch.triageanswers"
            ),
        ),
        migrations.AddField(
            model_name="welfarecheck",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="welfare_checks", to="dispatch.assignment"
            ),
        ),
        migrations.AddField(
            model_name="welfarecheck",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("cleared_at__isnull", True)), fields=["level", "raised_at"], name="alert_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=("kind", "call", "unit"),
                name="one_open_alert_per_kind_call_unit",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 3)), name="alert_level_1_to_3"
            ),
        ),
        migrations.AddIndex(
            model_name="callcontact",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True), fields=["phone", "-at"], name="contact_phone_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.UniqueConstraint(fields=("user", "key"), name="one_answer_per_command_key"),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("fired_at__isnull", True)),
                fields=["due_at"],
                name="deadline_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("fired_at__isnull", True)),
                fields=("kind", "call", "assignment", "unit", "alert"),
                name="one_open_deadline_per_kind_and_subject",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assignment__isnull", False), ("outcome", "accepted")),
                    models.Q(models.Q(("outcome", "accepted"), _negated=True), ("assignment__isnull", True)),
                    _connector="OR",
                ),
                name="accepted_handoff_has_an_assignment",
            ),
        ),
        migrations.AddConstraint(
            model_name="callintervention",
            constraint=models.UniqueConstraint(
                fields=("call", "intervention", "unit"), name="intervention_once_per_call_and_unit"
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["call", "written_at"], name="note_call_written"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("status__in", ["closed", "cancelled", "merged"]), _negated=True),
                fields=["priority", "received_at"],
                name="call_open",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["-received_at"], name="call_received"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["premise", "-received_at"], name="call_premise_received"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", 1), ("priority__lte", 4)), name="call_priority_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tier__isnull", True), models.Q(("tier__gte", 1), ("tier__lte", 4)), _connector="OR"
                ),
                name="call_tier_1_to_4",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", False), _connector="OR"
                ),
                name="merged_call_names_the_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_reference", ""), _negated=True),
                fields=("source_reference",),
                name="call_source_reference_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="responseplan",
            constraint=models.UniqueConstraint(
                fields=("call_type", "priority", "role"), name="one_plan_line_per_role", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="responseplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", 1), ("priority__lte", 4)), name="plan_priority_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="responseplan",
            constraint=models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="plan_count_positive"),
        ),
        migrations.AddIndex(
            model_name="responseslot",
            index=models.Index(condition=models.Q(("status", "requested")), fields=["call"], name="slot_call_waiting"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("cleared_at__isnull", True)), fields=["call"], name="assignment_call_active"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=("unit",),
                name="one_active_assignment_per_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cleared_at__isnull", False), ("status", "AV")),
                    models.Q(models.Q(("status", "AV"), _negated=True), ("cleared_at__isnull", True)),
                    _connector="OR",
                ),
                name="assignment_cleared_when_available",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__gte", 1), ("tier__lte", 4)), name="outcome_tier_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", 1), ("priority__lte", 4)), name="outcome_priority_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(fields=("name", "version"), name="ruleset_version_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "published")), fields=("status",), name="one_published_ruleset"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver_name", ""),
                    models.Q(("approver_name", models.F("author_name")), _negated=True),
                    _connector="OR",
                ),
                name="ruleset_approver_is_not_the_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "published"]), _negated=True),
                    models.Q(("approver_name", ""), _negated=True),
                    _connector="OR",
                ),
                name="ruleset_live_only_when_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(fields=("ruleset", "code"), name="rule_code_once_per_ruleset"),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(fields=("ruleset", "position"), name="rule_position_once_per_ruleset"),
        ),
        migrations.AddConstraint(
            model_name="rulesetteam",
            constraint=models.UniqueConstraint(fields=("ruleset", "code"), name="team_once_per_ruleset"),
        ),
    ]
