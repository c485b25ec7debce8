import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dispatch", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("POLICE", "Police"),
                            ("FIRE", "Fire"),
                            ("EMS", "EMS"),
                            ("CIVILIAN", "Civilian crisis response"),
                        ],
                        max_length=8,
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=24)),
            ],
            options={
                "verbose_name_plural": "agencies",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Facility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("HOSPITAL", "Hospital emergency room"),
                            ("CLINIC", "Clinic"),
                            ("SHELTER", "Shelter"),
                            ("PROVIDER", "Provider"),
                            ("HOME", "Home"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=160)),
                ("phone", models.CharField(blank=True, max_length=24)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "facilities",
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CRISIS_LINE", "Crisis line"),
                            ("WALK_IN", "Walk-in clinic"),
                            ("TOWN", "Crisis service of a town"),
                            ("CENTER", "Other 911 center"),
                            ("COMMUNITY", "Community agency"),
                        ],
                        max_length=12,
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=24)),
                (
                    "towns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("eligibility", models.CharField(blank=True, max_length=200)),
                ("hours", models.CharField(blank=True, max_length=120)),
                ("cit_town", models.BooleanField(default=False)),
                ("verified_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="CareNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note_id", models.BigIntegerField(help_text="The call's note this is the text of.", unique=True)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="care_notes", to="dispatch.call"
                    ),
                ),
            ],
            options={
                "ordering": ["written_at"],
            },
        ),
        migrations.CreateModel(
            name="RecordAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=60)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="record_accesses", to="dispatch.call"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "record accesses",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "role",
                    models.CharField(
                        help_text="The response role it fills: POLICE, FIRE, EMS, or its own code for a civilian team.",
                        max_length=16,
                    ),
                ),
                (
                    "ages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("ADULT", "Adult"), ("CHILD_3_17", "3 to 17"), ("UNDER_3", "Under 3")],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "area",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                    ),
                ),
                ("dedicated_phone", models.CharField(blank=True, max_length=24)),
                ("arrival_target_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "min_crew_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                    ),
                ),
                ("may_transport", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="teams", to="partners.agency"
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("CLINICIAN", "Clinician"),
                            ("PEER", "Peer responder"),
                            ("OFFICER", "Police officer"),
                            ("FIREFIGHTER", "Firefighter"),
                            ("EMT", "EMT"),
                            ("PARAMEDIC", "Paramedic"),
                            ("DISPATCHER", "Dispatcher"),
                            ("SUPERVISOR", "Supervisor"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                    ),
                ),
                (
                    "competencies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("cit_trained", models.BooleanField(default=False)),
                ("phone", models.CharField(blank=True, max_length=24)),
                ("active", models.BooleanField(default=True)),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="partners.team",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("callsign", models.CharField(max_length=16, unique=True)),
                ("vehicle", models.CharField(blank=True, max_length=60)),
                (
                    "cit_trained",
                    models.BooleanField(
                        default=False, help_text="Crisis intervention training, shown and preferred by R8."
                    ),
                ),
                ("temporary", models.BooleanField(default=False)),
                ("phone", models.CharField(blank=True, max_length=24)),
                ("active", models.BooleanField(default=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("AV", "Available"), ("BK", "Break"), ("OO", "Out of service"), ("OFF", "Off duty")],
                        default="OFF",
                        max_length=3,
                    ),
                ),
                ("status_since", models.DateTimeField()),
                ("status_reason", models.CharField(blank=True, max_length=200)),
                ("status_until", models.DateTimeField(blank=True, null=True)),
                ("tablet_seen_at", models.DateTimeField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("accuracy_m", models.FloatField(blank=True, null=True)),
                ("speed_mps", models.FloatField(blank=True, null=True)),
                ("heading", models.FloatField(blank=True, null=True)),
                ("fix_at", models.DateTimeField(blank=True, null=True)),
                ("station_lat", models.FloatField(blank=True, null=True)),
                ("station_lon", models.FloatField(blank=True, null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="partners.team"
                    ),
                ),
            ],
            options={
                "ordering": ["callsign"],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("announced_start", models.BooleanField(default=False, help_text="The board was told that it began.")),
                ("announced_end", models.BooleanField(default=False, help_text="The board was told that it ended.")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to="partners.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["unit", "starts_at"],
            },
        ),
        migrations.CreateModel(
            name="ChannelCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("RADIO", "Radio"), ("PHONE", "Phone")], max_length=5)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="channel_checks", to="partners.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="CrewMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("CLINICIAN", "Clinician"),
                            ("PEER", "Peer responder"),
                            ("OFFICER", "Police officer"),
                            ("FIREFIGHTER", "Firefighter"),
                            ("EMT", "EMT"),
                            ("PARAMEDIC", "Paramedic"),
                            ("DISPATCHER", "Dispatcher"),
                            ("SUPERVISOR", "Supervisor"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="crews", to="partners.person"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="crew", to="partners.shift"
                    ),
                ),
            ],
            options={
                "ordering": ["shift", "role"],
                "constraints": [models.UniqueConstraint(fields=("shift", "person"), name="person_once_per_shift")],
            },
        ),
        migrations.CreateModel(
            name="ServiceHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Mon"), (1, "Tue"), (2, "Wed"), (3, "Thu"), (4, "Fri"), (5, "Sat"), (6, "Sun")]
                    ),
                ),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("TABLET", "Tablet (units on the board)"),
                            ("PHONE", "Phone hand-off"),
                            ("RADIO", "Radio"),
                        ],
                        default="TABLET",
                        max_length=8,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="partners.team"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "service hours",
                "ordering": ["team", "weekday", "opens"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="service_hours_weekday")
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("closed", models.BooleanField(default=True)),
                ("opens", models.TimeField(blank=True, null=True)),
                ("closes", models.TimeField(blank=True, null=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("TABLET", "Tablet (units on the board)"),
                            ("PHONE", "Phone hand-off"),
                            ("RADIO", "Radio"),
                        ],
                        default="TABLET",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exceptions", to="partners.team"
                    ),
                ),
            ],
            options={
                "ordering": ["team", "date"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed", True),
                            models.Q(("closes__isnull", False), ("opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="service_exception_has_hours",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("DONE", "Done"), ("CANCELLED", "Cancelled")],
                        default="OPEN",
                        max_length=9,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="dispatch.call"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="partners.team"
                    ),
                ),
            ],
            options={
                "ordering": ["due_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "OPEN")),
                        fields=("call", "team"),
                        name="one_open_follow_up_per_call_and_team",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day in force; empty while open-ended.", null=True),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contracts", to="partners.team"
                    ),
                ),
            ],
            options={
                "ordering": ["team", "starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="contract_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(fields=["unit", "starts_at"], name="shift_unit_start"),
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(
                condition=models.Q(("announced_start", False)), fields=["starts_at"], name="shift_to_begin"
            ),
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(
                condition=models.Q(("announced_end", False), ("ends_at__isnull", False)),
                fields=["ends_at"],
                name="shift_to_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                name="shift_ends_after_it_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="channelcheck",
            index=models.Index(fields=["unit", "-at"], name="channel_check_unit_at"),
        ),
    ]
