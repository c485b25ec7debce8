"""Channels of people, what they are to be told, the delivery log, and the time after which the next is told."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [("PUSH", "Push"), ("SMS", "SMS"), ("VOICE", "Voice call"), ("EMAIL", "E-mail")]
NOTICES = ["DISPATCH", "ORDER", "CANCELLED", "WELFARE", "ALERT", "TEST", "VERIFY"]
STATES = [
    ("queued", "Queued"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("dropped", "Not needed any more"),
]
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
CASCADE = django.db.models.deletion.CASCADE
SET_NULL = django.db.models.deletion.SET_NULL


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0027_position_devices"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="timerlimits",
            name="notify_next_s",
            field=models.PositiveIntegerField(db_default=60),
        ),
        migrations.AddConstraint(
            model_name="timerlimits",
            constraint=models.CheckConstraint(
                condition=models.Q(("notify_next_s__gte", 20), ("notify_next_s__lte", 120)),
                name="time_limit_notify_next_s",
            ),
        ),
        migrations.CreateModel(
            name="NotificationChannel",
            fields=[
                ID,
                ("kind", models.CharField(choices=KINDS, max_length=5)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("language", models.CharField(default="en", max_length=5)),
                ("quiet", models.BooleanField(default=False, help_text="Kept, and not used.")),
                ("created_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("code_at", models.DateTimeField(blank=True, help_text="When the code was asked for.", null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="notification_channels", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind", "address"), name="one_channel_per_person_and_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), ("kind", "PUSH")),
                            models.Q(
                                models.Q(("kind", "PUSH"), _negated=True), models.Q(("address", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="channel_address_unless_push",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ID,
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("p256dh", models.CharField(max_length=120)),
                ("auth", models.CharField(max_length=60)),
                ("user_agent", models.CharField(blank=True, max_length=200)),
                (
                    "session",
                    models.CharField(blank=True, help_text="SHA-256 of the session that subscribed.", max_length=64),
                ),
                ("created_at", models.DateTimeField()),
                ("last_success_at", models.DateTimeField(blank=True, null=True)),
                (
                    "gone_at",
                    models.DateTimeField(blank=True, help_text="When its service said that it is gone.", null=True),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="subscriptions", to="dispatch.notificationchannel"
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ID,
                ("kind", models.CharField(choices=[(kind, kind) for kind in NOTICES], max_length=10)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("why", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "told_at",
                    models.DateTimeField(blank=True, help_text="When it was worked out whom to tell.", null=True),
                ),
                (
                    "call",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=CASCADE, related_name="notices", to="dispatch.call"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(blank=True, null=True, on_delete=CASCADE, related_name="+", to="partners.unit"),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=CASCADE, related_name="notices", to="dispatch.assignment"
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=CASCADE, related_name="notices", to="dispatch.alert"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        help_text="The one that is tried or verified.",
                        null=True,
                        on_delete=CASCADE,
                        related_name="+",
                        to="dispatch.notificationchannel",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(condition=models.Q(("told_at__isnull", True)), fields=["at"], name="notice_untold"),
                    models.Index(fields=["at"], name="notice_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ID,
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=5)),
                ("state", models.CharField(choices=STATES, default="queued", max_length=7)),
                ("why", models.CharField(blank=True, help_text="Why it was not sent.", max_length=120)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice",
                    models.ForeignKey(on_delete=CASCADE, related_name="deliveries", to="dispatch.notice"),
                ),
                (
                    "user",
                    models.ForeignKey(on_delete=CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        null=True, on_delete=SET_NULL, related_name="+", to="dispatch.notificationchannel"
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to="dispatch.pushsubscription"),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending"])),
                        fields=["queued_at"],
                        name="delivery_waiting",
                    ),
                ],
            },
        ),
    ]
