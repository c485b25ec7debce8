"""Calls transferred to others, worked at a later time, waiting for a busy unit; and who asked for and answered a role."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LATER = "When it is to be worked. While it is held until then it waits; from then on its clocks count."
STACK = migrations.CreateModel(
    name="StackedCall",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("place", models.PositiveIntegerField(help_text="The unit takes the lowest first.")),
        ("added_at", models.DateTimeField()),
        ("added_by_name", models.CharField(max_length=150)),
        ("removed_at", models.DateTimeField(blank=True, null=True)),
        ("removed_reason", models.CharField(blank=True, max_length=120)),
        (
            "call",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="stacked", to="dispatch.call"),
        ),
        (
            "unit",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stack", to="partners.unit"),
        ),
    ],
    options={
        "ordering": ["place", "pk"],
        "indexes": [
            models.Index(
                condition=models.Q(("removed_at__isnull", True)), fields=["call"], name="stacked_call_waiting"
            ),
            models.Index(
                condition=models.Q(("removed_at__isnull", True)),
                fields=["unit", "place"],
                name="stacked_unit_waiting",
            ),
        ],
        "constraints": [
            models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("unit", "call"),
                name="call_once_on_a_units_stack",
            )
        ],
    },
)
TRANSFER = migrations.CreateModel(
    name="Transfer",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("kind", models.CharField(choices=[("LINE", "Phone service"), ("CENTER", "Other 911 center")], max_length=6)),
        ("name", models.CharField(max_length=160)),
        ("phone", models.CharField(max_length=24)),
        ("consent", models.BooleanField(default=False, help_text="The caller agreed to be transferred.")),
        (
            "status",
            models.CharField(
                choices=[
                    ("offered", "Offered"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="offered",
                max_length=9,
            ),
        ),
        ("note", models.CharField(blank=True, max_length=200)),
        ("offered_at", models.DateTimeField()),
        ("offered_by_name", models.CharField(max_length=150)),
        ("taken_by", models.CharField(blank=True, help_text="Who took it there, by name.", max_length=120)),
        ("settled_at", models.DateTimeField(blank=True, null=True)),
        ("settled_by_name", models.CharField(blank=True, max_length=150)),
        ("settled_note", models.CharField(blank=True, max_length=200)),
        (
            "call",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="dispatch.call"
            ),
        ),
        (
            "offered_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        (
            "resource",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="partners.resource",
            ),
        ),
    ],
    options={
        "ordering": ["offered_at", "pk"],
        "constraints": [
            models.UniqueConstraint(
                condition=models.Q(("status", "offered")), fields=("call",), name="one_offered_transfer_per_call"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("status", "offered")),
                    models.Q(models.Q(("status", "offered"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="transfer_settled_when_not_offered",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "accepted"), _negated=True),
                    models.Q(("taken_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="accepted_transfer_names_who_took_it",
            ),
        ],
    },
)


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("dispatch", "0016_timer_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="call", name="scheduled_for", field=models.DateTimeField(blank=True, help_text=LATER, null=True)
        ),
        migrations.AddField(
            model_name="responseslot",
            name="requested_by",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Empty: the rules or the plan.", max_length=150
            ),
        ),
        migrations.AddField(
            model_name="responseslot",
            name="answered_at",
            field=models.DateTimeField(blank=True, help_text="When it was declined or found unfillable.", null=True),
        ),
        migrations.AddField(
            model_name="responseslot",
            name="answered_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddField(
            model_name="responseslot",
            name="answer",
            field=models.CharField(blank=True, db_default="", default="", help_text="Why.", max_length=200),
        ),
        STACK,
        TRANSFER,
    ]
