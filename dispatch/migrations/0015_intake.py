"""Phone systems and what they bring, the text conversation, interpreters."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0014_ruleset_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CannedPhrase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=24, unique=True)),
                ("en", models.CharField(max_length=300, verbose_name="English")),
                ("es", models.CharField(max_length=300, verbose_name="Spanish")),
                ("rank", models.PositiveSmallIntegerField(default=50)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["rank", "code"],
            },
        ),
        migrations.CreateModel(
            name="InterpreterLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(blank=True, max_length=8)),
                ("name", models.CharField(max_length=80)),
                ("phone", models.CharField(max_length=24)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["language", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PhoneCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=80)),
                ("number", models.CharField(blank=True, max_length=24)),
                ("class_of_service", models.CharField(blank=True, max_length=8)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("provider", models.CharField(blank=True, max_length=60)),
                ("position", models.CharField(blank=True, help_text="Which desk answers.", max_length=40)),
                ("raw", models.TextField(blank=True, help_text="As it came, where it came as text.")),
                (
                    "problems",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phone_calls", to="dispatch.call"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LocationBid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("uncertainty_m", models.PositiveIntegerField(blank=True, null=True)),
                ("confidence", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "used_by",
                    models.CharField(
                        blank=True, help_text="Empty when the call's place followed by itself.", max_length=150
                    ),
                ),
                (
                    "phone_call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bids", to="dispatch.phonecall"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PhoneSystem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("carries_texts", models.BooleanField(default=False, help_text="Texts to callers go out through it.")),
                (
                    "text_url",
                    models.URLField(
                        blank=True,
                        help_text="Texts to callers are posted here; empty: the gateway fetches them from /api/intake/texts/.",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phone_system",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="phonecall",
            name="system",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="phone_calls", to="dispatch.phonesystem"
            ),
        ),
        migrations.CreateModel(
            name="AliField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("number", "Call-back number"),
                            ("class_of_service", "Class of service"),
                            ("name", "Subscriber"),
                            ("house_number", "House number"),
                            ("street", "Street"),
                            ("apartment", "Apartment"),
                            ("town", "Town"),
                            ("lat", "Latitude"),
                            ("lon", "Longitude"),
                            ("uncertainty_m", "Uncertainty (m)"),
                            ("confidence", "Confidence (%)"),
                            ("provider", "Provider"),
                            ("position", "Answering position"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "line",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ]
                    ),
                ),
                (
                    "column",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(200),
                        ]
                    ),
                ),
                (
                    "length",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(200),
                        ]
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ali_fields",
                        to="dispatch.phonesystem",
                    ),
                ),
            ],
            options={
                "ordering": ["system", "line", "column"],
            },
        ),
        migrations.CreateModel(
            name="TextMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(blank=True, max_length=80)),
                (
                    "direction",
                    models.CharField(choices=[("IN", "From the caller"), ("OUT", "To the caller")], max_length=3),
                ),
                ("number", models.CharField(blank=True, help_text="The caller's.", max_length=24)),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RECEIVED", "Received"),
                            ("QUEUED", "On its way"),
                            ("SENT", "Sent"),
                            ("DELIVERED", "Delivered"),
                            ("FAILED", "Not delivered"),
                            ("NO_GATEWAY", "Not sent: no gateway"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("author_name", models.CharField(blank=True, max_length=150)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("read_by", models.CharField(blank=True, max_length=150)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="dispatch.call"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="dispatch.phonesystem",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="InterpreterUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=8)),
                (
                    "whose",
                    models.CharField(
                        choices=[("CALLER", "The caller's"), ("PERSON", "The person's")], default="CALLER", max_length=6
                    ),
                ),
                ("line_name", models.CharField(blank=True, max_length=80)),
                ("line_phone", models.CharField(blank=True, max_length=24)),
                ("requested_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=150)),
                (
                    "interpreter",
                    models.CharField(blank=True, help_text="The id or name the interpreter gave.", max_length=40),
                ),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interpreters", to="dispatch.call"
                    ),
                ),
            ],
            options={
                "ordering": ["requested_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("call",),
                        name="one_interpreter_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("joined_at__isnull", True), ("joined_at__gte", models.F("requested_at")), _connector="OR"
                        ),
                        name="interpreter_joins_after_request",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(
                condition=models.Q(("number", ""), _negated=True), fields=["number", "-at"], name="phone_call_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.UniqueConstraint(fields=("system", "reference"), name="phone_call_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="alifield",
            constraint=models.UniqueConstraint(fields=("system", "field"), name="ali_field_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="alifield",
            constraint=models.CheckConstraint(
                condition=models.Q(("column__gte", 1), ("length__gte", 1), ("line__gte", 1)),
                name="ali_field_counts_from_one",
            ),
        ),
        migrations.AddIndex(
            model_name="textmessage",
            index=models.Index(
                condition=models.Q(("direction", "IN"), ("read_at__isnull", True)), fields=["call"], name="text_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="textmessage",
            index=models.Index(condition=models.Q(("state", "QUEUED")), fields=["state"], name="text_queued"),
        ),
        migrations.AddConstraint(
            model_name="textmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("system", "reference"),
                name="text_reference_once",
            ),
        ),
    ]
