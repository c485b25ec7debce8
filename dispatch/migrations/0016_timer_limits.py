"""A center's time limits as rows that are only added to; when an alert began to sound, and how long until somebody saw it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RANGES = [
    ("pending_1_s", 30, 120),
    ("pending_2_s", 60, 600),
    ("pending_3_s", 120, 1800),
    ("pending_4_s", 300, 3600),
    ("amber_percent", 50, 95),
    ("acknowledge_s", 20, 120),
    ("eta_overrun_s", 60, 900),
    ("triage_s", 30, 300),
    ("handoff_next_s", 30, 300),
    ("handoff_attempts", 1, 5),
    ("handoff_fallback_s", 60, 600),
    ("police_unassigned_s", 15, 120),
    ("order_acknowledge_s", 10, 60),
    ("welfare_first_on_scene_s", 120, 900),
    ("welfare_every_s", 300, 1800),
    ("welfare_after_eta_s", 60, 600),
    ("welfare_longest_s", 300, 1800),
    ("welfare_level_2_s", 15, 120),
    ("welfare_level_1_s", 30, 240),
    ("welfare_police_s", 60, 300),
    ("level_1_escalate_s", 10, 60),
    ("level_2_escalate_s", 30, 300),
    ("contact_s", 20, 120),
    ("tablet_seen_s", 15, 60),
    ("voice_check_s", 60, 900),
]
FORWARD = (
    "CREATE TRIGGER dispatch_timerlimits_append_only BEFORE UPDATE OR DELETE ON dispatch_timerlimits "
    "FOR EACH ROW EXECUTE FUNCTION hearteam_append_only();"
)
REVERSE = "DROP TRIGGER dispatch_timerlimits_append_only ON dispatch_timerlimits;"


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0015_intake"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="acknowledged_after_s",
            field=models.FloatField(
                blank=True, help_text="Seconds from when it last began to sound to its acknowledgement.", null=True
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="sounded_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it last began to sound: raised, or raised again once acknowledged.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="TimerLimits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                ("reason", models.CharField(max_length=200)),
                *((name, models.PositiveIntegerField()) for name, _, _ in RANGES),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="dispatch.timerlimits",
                    ),
                ),
            ],
            options={
                "verbose_name": "time limits",
                "verbose_name_plural": "time limits",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("replaces",), name="time_limits_are_one_chain", nulls_distinct=False
                    ),
                    *(
                        models.CheckConstraint(
                            condition=models.Q((f"{name}__gte", least), (f"{name}__lte", most)),
                            name=f"time_limit_{name}",
                        )
                        for name, least, most in RANGES
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
