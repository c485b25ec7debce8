"""Phones that report where a unit is, and the fixes that came in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0026_handoff_calls_and_guest_links"),
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=60, unique=True)),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(editable=False)),
                ("created_by", models.CharField(editable=False, max_length=150)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("revoked_by", models.CharField(blank=True, editable=False, max_length=150)),
                ("last_seen_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "last_verdict",
                    models.CharField(
                        blank=True, editable=False, help_text="A `dispatch.rules.fixes.Verdict`.", max_length=12
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="position_devices",
                        to="partners.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="position_devices",
                        to="partners.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["label"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            models.Q(("person__isnull", False), ("unit__isnull", True)),
                            _connector="OR",
                        ),
                        name="device_of_a_unit_or_a_person",
                        violation_error_message="A device is a unit's or a person's.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fix",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("accuracy_m", models.FloatField(null=True)),
                ("speed_mps", models.FloatField(null=True)),
                ("heading", models.FloatField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        help_text="A `dispatch.rules.fixes.Verdict` of those that are kept.", max_length=12
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="dispatch.device",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fixes", to="partners.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["unit", "at"],
                "constraints": [models.UniqueConstraint(fields=("unit", "at"), name="one_fix_a_unit_and_moment")],
            },
        ),
    ]
