import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("NEIGHBORHOOD", "Neighborhood"), ("BOUNDARY", "Boundary"), ("TOWN", "Town")],
                        max_length=16,
                    ),
                ),
                ("code", models.CharField(help_text="the name in capitals without blanks and hyphens", max_length=64)),
                ("name", models.CharField(max_length=80)),
                ("geometry", models.JSONField(blank=True, null=True)),
                ("west", models.FloatField()),
                ("south", models.FloatField()),
                ("east", models.FloatField()),
                ("north", models.FloatField()),
                ("center_lat", models.FloatField()),
                ("center_lon", models.FloatField()),
                ("accuracy_m", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DP", "Dispatched"),
                            ("ER", "En route"),
                            ("ST", "Staging"),
                            ("OS", "On scene"),
                            ("TR", "Transporting"),
                            ("AD", "At destination"),
                            ("AV", "Cleared"),
                        ],
                        default="DP",
                        max_length=2,
                    ),
                ),
                ("status_since", models.DateTimeField()),
                (
                    "joins",
                    models.BooleanField(
                        default=False, help_text="Stages and enters only once the scene is marked safe."
                    ),
                ),
                ("override_reason", models.CharField(blank=True, max_length=200)),
                ("dispatched_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("en_route_at", models.DateTimeField(blank=True, null=True)),
                ("staged_at", models.DateTimeField(blank=True, null=True)),
                ("on_scene_at", models.DateTimeField(blank=True, null=True)),
                ("transporting_at", models.DateTimeField(blank=True, null=True)),
                ("at_destination_at", models.DateTimeField(blank=True, null=True)),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("clear_reason", models.CharField(blank=True, max_length=200)),
                ("destination", models.CharField(blank=True, max_length=160)),
                ("eta_at", models.DateTimeField(blank=True, null=True)),
                (
                    "order",
                    models.CharField(blank=True, choices=[("STAGE", "Stage"), ("WITHDRAW", "Withdraw")], max_length=8),
                ),
                ("order_at", models.DateTimeField(blank=True, null=True)),
                ("order_reason", models.CharField(blank=True, max_length=200)),
                ("order_acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("welfare_due_at", models.DateTimeField(blank=True, null=True)),
                ("welfare_ok_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=12, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("dispatched", "Dispatched"),
                            ("en_route", "En route"),
                            ("on_scene", "On scene"),
                            ("transporting", "Transporting"),
                            ("held", "Held"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                            ("merged", "Merged into another"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("911", "911"),
                            ("988", "988"),
                            ("211", "2-1-1"),
                            ("FIELD", "From the field"),
                            ("ADMIN", "Administrative line"),
                            ("OTHER_CENTER", "Other center"),
                        ],
                        default="911",
                        max_length=12,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("voice", "Voice"),
                            ("text", "Text"),
                            ("tty", "TTY"),
                            ("relay", "Relay"),
                            ("video_relay", "Video relay"),
                        ],
                        default="voice",
                        max_length=12,
                    ),
                ),
                ("never_voice_call", models.BooleanField(default=False)),
                (
                    "language",
                    models.CharField(blank=True, help_text="The person's language, else the caller's.", max_length=8),
                ),
                (
                    "behavioural",
                    models.CharField(
                        choices=[("YES", "Yes"), ("NO", "No"), ("UNKNOWN", "Not known")],
                        default="UNKNOWN",
                        max_length=7,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=2)),
                (
                    "priority_fixed",
                    models.BooleanField(
                        default=False, help_text="Set by a person: triage does not change it any more."
                    ),
                ),
                ("tier", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("location_text", models.CharField(blank=True, max_length=200)),
                ("apartment", models.CharField(blank=True, max_length=16)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("location_source", models.CharField(blank=True, max_length=16)),
                ("uncertainty_m", models.PositiveIntegerField(blank=True, null=True)),
                ("neighborhood", models.CharField(blank=True, max_length=60)),
                ("town", models.CharField(blank=True, max_length=40)),
                ("in_city", models.BooleanField(blank=True, null=True)),
                ("location_verified", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("first_dispatched_at", models.DateTimeField(blank=True, null=True)),
                ("first_on_scene_at", models.DateTimeField(blank=True, null=True)),
                ("triaged_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("hold_until", models.DateTimeField(blank=True, null=True)),
                ("hold_reason", models.CharField(blank=True, max_length=200)),
                ("callback_at", models.DateTimeField(blank=True, null=True)),
                ("scene_safe_at", models.DateTimeField(blank=True, null=True)),
                ("scene_safe_by", models.CharField(blank=True, max_length=150)),
                ("police_requested_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=200)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("unserved_team", models.CharField(blank=True, max_length=16)),
                ("unserved_reason", models.CharField(blank=True, max_length=16)),
                ("referrer_name", models.CharField(blank=True, max_length=120)),
                ("referrer_agency", models.CharField(blank=True, max_length=120)),
                ("referrer_phone", models.CharField(blank=True, max_length=24)),
                ("referrer_reference", models.CharField(blank=True, max_length=60)),
                (
                    "pace",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="1 for real calls. A replayed call's timers run this many times faster; 0: it has none.",
                    ),
                ),
                (
                    "source_reference",
                    models.CharField(
                        blank=True, help_text="The row of an export this call was replayed from.", max_length=80
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at"],
            },
        ),
        migrations.CreateModel(
            name="CallContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(blank=True, max_length=24)),
                ("relationship", models.CharField(blank=True, max_length=40)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CallIntervention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="CallNumber",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CallType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("apco", models.CharField(blank=True, help_text="APCO type code for exchange.", max_length=16)),
                (
                    "asks_triage",
                    models.CharField(
                        choices=[("YES", "Yes"), ("MAYBE", "Maybe"), ("NO", "No")], default="NO", max_length=5
                    ),
                ),
                ("default_priority", models.PositiveSmallIntegerField(default=3)),
                (
                    "extra_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Roles added to any triaged response, such as FIRE.",
                        size=None,
                    ),
                ),
                (
                    "situation",
                    models.CharField(
                        blank=True,
                        help_text="What rules must know beside the answers, such as OVERDOSE.",
                        max_length=16,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("body_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="A `dispatch.rules.timers.DeadlineKind`.", max_length=24)),
                ("due_at", models.DateTimeField()),
                ("fired_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["due_at"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("availability", models.JSONField()),
                ("context", models.JSONField(default=dict, help_text="What the call added: extra_roles, situation.")),
                ("rule", models.CharField(max_length=16)),
                ("ruled_tier", models.PositiveSmallIntegerField()),
                (
                    "ruled_response",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None),
                ),
                ("tier", models.PositiveSmallIntegerField()),
                (
                    "response",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None),
                ),
                ("priority", models.PositiveSmallIntegerField()),
                ("data", models.JSONField(help_text="The ruleset's whole result as the API gives it.")),
                ("provisional", models.BooleanField()),
                (
                    "override_direction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not overridden"),
                            ("UP", "More protection"),
                            ("DOWN", "Less protection"),
                            ("SIDEWAYS", "Same protection"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("override_reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="Our name, such as settled_by_contact.", max_length=40, unique=True),
                ),
                ("label", models.CharField(max_length=80)),
                ("apco", models.CharField(max_length=4)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["apco", "name"],
            },
        ),
        migrations.CreateModel(
            name="GeographyVersion",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("token", models.UUIDField(default=uuid.uuid4)),
            ],
        ),
        migrations.CreateModel(
            name="Handoff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("no_answer", "No answer"), ("declined", "Declined")],
                        max_length=9,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField()),
                ("phone", models.CharField(blank=True, max_length=24)),
                ("contact", models.CharField(blank=True, help_text="Who answered.", max_length=120)),
                ("clinician", models.CharField(blank=True, max_length=120)),
                ("eta_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="Intervention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=24, unique=True)),
                ("label", models.CharField(max_length=80)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["label"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author_name", models.CharField(max_length=150)),
                ("text", models.TextField(blank=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[("ALL", "Everyone"), ("CLINICAL", "Clinicians"), ("POLICE", "Police")],
                        default="ALL",
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("NARRATIVE", "Narrative"), ("RADIO", "Radio"), ("HAZARD", "Hazard")],
                        default="NARRATIVE",
                        max_length=9,
                    ),
                ),
                ("written_at", models.DateTimeField(help_text="When it was said or typed.")),
                ("saved_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["written_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OptionAddition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("role", models.CharField(max_length=16)),
            ],
            options={
                "ordering": ["option", "position"],
            },
        ),
        migrations.CreateModel(
            name="OptionFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("team", models.CharField(max_length=16)),
                ("situation", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "ordering": ["option", "position"],
            },
        ),
        migrations.CreateModel(
            name="OptionJoin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("team", models.CharField(max_length=16)),
                ("mode", models.CharField(max_length=16)),
                ("only_without", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "ordering": ["option", "position"],
            },
        ),
        migrations.CreateModel(
            name="OutcomeAlternative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("HOLD", "Hold for a team"), ("TRANSFER", "Warm transfer")], max_length=8
                    ),
                ),
                ("callback_min", models.PositiveSmallIntegerField()),
                ("team", models.CharField(blank=True, max_length=16)),
                ("wait_min", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "resources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), blank=True, default=list, size=None
                    ),
                ),
            ],
            options={
                "ordering": ["outcome", "position"],
            },
        ),
        migrations.CreateModel(
            name="OutcomeOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "send",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None),
                ),
                (
                    "prefer",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                    ),
                ),
            ],
            options={
                "ordering": ["outcome", "position"],
            },
        ),
        migrations.CreateModel(
            name="OutcomePriority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("priority", models.PositiveSmallIntegerField()),
            ],
            options={
                "verbose_name_plural": "outcome priorities",
                "ordering": ["outcome", "position"],
            },
        ),
        migrations.CreateModel(
            name="PersonInCrisis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=120)),
                ("apparent_age", models.CharField(blank=True, max_length=20)),
                ("description", models.CharField(blank=True, max_length=200)),
                ("clothing", models.CharField(blank=True, max_length=200)),
                ("direction", models.CharField(blank=True, max_length=120)),
                ("presentation", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("access_needs", models.CharField(blank=True, max_length=200)),
                ("is_caller", models.BooleanField(blank=True, null=True)),
                ("on_the_line", models.BooleanField(blank=True, null=True)),
                ("alone", models.BooleanField(blank=True, null=True)),
                ("someone_stays", models.BooleanField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "people in crisis",
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ADDRESS", "Address"),
                            ("INTERSECTION", "Intersection"),
                            ("LANDMARK", "Landmark"),
                            ("SCHOOL", "School"),
                            ("HOSPITAL", "Hospital"),
                            ("PUBLIC_SAFETY", "Public Safety"),
                            ("SERVICE", "Service"),
                            ("HOUSING", "Housing"),
                            ("PARCEL", "Parcel"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("name_normal", models.CharField(blank=True, max_length=200)),
                ("street_1", models.CharField(blank=True, max_length=120)),
                ("street_2", models.CharField(blank=True, max_length=120)),
                ("number_low", models.PositiveIntegerField(blank=True, null=True)),
                ("number_high", models.PositiveIntegerField(blank=True, null=True)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("neighborhood", models.CharField(blank=True, max_length=80)),
                ("town", models.CharField(blank=True, max_length=80)),
                ("source", models.CharField(max_length=120)),
                ("verified", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Premise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("address", models.CharField(max_length=200)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField(blank=True, null=True)),
            ],
            options={
                "ordering": ["address"],
            },
        ),
        migrations.CreateModel(
            name="PremiseCaution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "caution_class",
                    models.CharField(
                        choices=[
                            ("VIOLENCE", "Violence"),
                            ("ENVIRONMENT", "Environment"),
                            ("CARE_PLAN", "Care plan (clinicians)"),
                        ],
                        max_length=11,
                        verbose_name="class",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="Empty: the whole premise.", max_length=16, verbose_name="apartment"
                    ),
                ),
                ("text", models.CharField(help_text="The risk, not an arrest.", max_length=200)),
                ("source", models.CharField(max_length=120)),
                ("reviewed_on", models.DateField()),
                ("expires_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["premise", "caution_class"],
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "response",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None),
                ),
                ("units", models.JSONField()),
                (
                    "short_of",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ResponsePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("priority", models.PositiveSmallIntegerField()),
                ("role", models.CharField(max_length=16)),
                ("count", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "ordering": ["call_type", "priority", "role"],
            },
        ),
        migrations.CreateModel(
            name="ResponseSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("assigned", "Assigned"),
                            ("declined", "Declined"),
                            ("unfilled", "Unfilled"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("ruleset", "Ruleset"),
                            ("join", "Joins when the scene is safe"),
                            ("plan", "Response plan"),
                            ("request", "Asked for by a person"),
                            ("override", "Override"),
                        ],
                        max_length=8,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("filled_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["ruleset", "position"],
            },
        ),
        migrations.CreateModel(
            name="RuleOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("tier", models.PositiveSmallIntegerField()),
                ("priority", models.PositiveSmallIntegerField()),
                (
                    "keep_asking",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("weapon", "weapon"),
                                ("violence", "violence"),
                                ("medical", "medical"),
                                ("self_harm", "self_harm"),
                                ("scene", "scene"),
                                ("crime", "crime"),
                                ("age", "age"),
                                ("acuity", "acuity"),
                                ("caller_wants_police", "caller_wants_police"),
                                ("premise_caution", "premise_caution"),
                            ],
                            max_length=24,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
            options={
                "ordering": ["rule", "position"],
            },
        ),
        migrations.CreateModel(
            name="Ruleset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("checked", "Checked"),
                            ("approved", "Approved"),
                            ("published", "Published"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("author_name", models.CharField(max_length=150)),
                ("approver_name", models.CharField(blank=True, max_length=150)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["name", "-version"],
            },
        ),
        migrations.CreateModel(
            name="RulesetTeam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "match",
                    models.CharField(
                        choices=[("ANY", "Any column"), ("ALL", "All columns")], default="ALL", max_length=3
                    ),
                ),
                (
                    "weapon",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "violence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "medical",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "self_harm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "scene",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "crime",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "age",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "acuity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "caller_wants_police",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                (
                    "premise_caution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Accepted answers; empty: any.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=120)),
                (
                    "ages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None),
                ),
            ],
            options={
                "ordering": ["ruleset", "position"],
            },
        ),
        migrations.CreateModel(
            name="Street",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("name_normal", models.CharField(help_text="as normalise.street_normal writes it", max_length=120)),
                ("geometry", models.JSONField()),
                ("length_m", models.FloatField()),
                ("source", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["name_normal", "source"],
            },
        ),
        migrations.CreateModel(
            name="TimersWatch",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TriageAnswers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weapon", models.CharField(blank=True, max_length=12)),
                ("violence", models.CharField(blank=True, max_length=12)),
                ("medical", models.CharField(blank=True, max_length=12)),
                ("self_harm", models.CharField(blank=True, max_length=12)),
                ("scene", models.CharField(blank=True, max_length=12)),
                ("crime", models.CharField(blank=True, max_length=14)),
                ("age", models.CharField(blank=True, max_length=12)),
                ("acuity", models.CharField(blank=True, max_length=12)),
                ("caller_wants_police", models.CharField(blank=True, max_length=12)),
                ("premise_caution", models.CharField(blank=True, max_length=12)),
                (
                    "source",
                    models.CharField(
                        default="CALLER", help_text="Who says so: one of the usual sources, or in words.", max_length=60
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "triage answers",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="WelfareCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("occurred_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(auto_now_add=True)),
                ("late", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["occurred_at"],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="A `dispatch.rules.timers.AlertKind`.", max_length=32)),
                ("level", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=240)),
                ("raised_at", models.DateTimeField()),
                ("raised_by", models.CharField(max_length=150)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("clear_reason", models.CharField(blank=True, max_length=120)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["level", "raised_at"],
            },
        ),
    ]
