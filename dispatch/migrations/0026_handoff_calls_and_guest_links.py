"""What a hand-off by phone asks for, attempts that run, promised call-backs, and links for a crew's own phone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0025_silence_and_welfare_by_tier"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GuestLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.CharField(max_length=24, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("issued_by_name", models.CharField(max_length=150)),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_by_name", models.CharField(blank=True, max_length=150)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="GuestLinkUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("open", "Opened"),
                            ("confirm", "Confirmed"),
                            ("on_the_way", "On the way"),
                            ("staging", "At the meeting point"),
                            ("arrived", "Arrived"),
                            ("leaving", "Leaving"),
                            ("police", "Asked for police"),
                        ],
                        max_length=10,
                    ),
                ),
                ("device", models.PositiveSmallIntegerField(help_text="The first device that opened it is 1.")),
                ("refused", models.CharField(blank=True, help_text="Why nothing came of it.", max_length=200)),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("agent", models.CharField(blank=True, max_length=160)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="handoff",
            name="callback_at",
            field=models.DateTimeField(blank=True, help_text="When they said they would call back.", null=True),
        ),
        migrations.AddField(
            model_name="handoff",
            name="clinician_phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=24),
        ),
        migrations.AddField(
            model_name="handoff",
            name="guardian",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="handoff",
            name="guardian_phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=24),
        ),
        migrations.AddField(
            model_name="handoff",
            name="meeting_point",
            field=models.CharField(blank=True, db_default="", default="", max_length=160),
        ),
        migrations.AddField(
            model_name="handoff",
            name="school",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Who to ask for there.", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="school_phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=24),
        ),
        migrations.AddField(
            model_name="handoff",
            name="started_at",
            field=models.DateTimeField(blank=True, help_text="When their number was dialled.", null=True),
        ),
        migrations.AlterField(
            model_name="handoff",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("accepted", "Accepted"),
                    ("no_answer", "No answer"),
                    ("declined", "Declined"),
                    ("calling", "Being called"),
                    ("call_back", "Will call back"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "call_back"), _negated=True), ("callback_at__isnull", False), _connector="OR"
                ),
                name="handoff_call_back_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "calling")),
                fields=("call", "team"),
                name="team_is_called_once_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="guestlink",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="guest_links", to="dispatch.assignment"
            ),
        ),
        migrations.AddField(
            model_name="guestlink",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="guest_links", to="dispatch.call"
            ),
        ),
        migrations.AddField(
            model_name="guestlink",
            name="issued_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="guestlinkuse",
            name="link",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="dispatch.guestlink"
            ),
        ),
        migrations.AddConstraint(
            model_name="guestlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("assignment",),
                name="one_standing_guest_link_of_a_crew",
            ),
        ),
        migrations.AddConstraint(
            model_name="guestlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="guest_link_expires_after_it_was_issued",
            ),
        ),
        migrations.AddIndex(
            model_name="guestlinkuse",
            index=models.Index(fields=["link", "at"], name="guest_link_use_link_at"),
        ),
        migrations.AddConstraint(
            model_name="guestlinkuse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("act", "open")), fields=("link", "device"), name="device_opens_a_guest_link_once"
            ),
        ),
    ]
