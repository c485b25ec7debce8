"""What a crew says when it signs on, and the equipment that its team checks."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="crewmember",
            name="signed_on_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shift",
            name="missing",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="signed_on_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="shift",
            name="vehicle",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="team",
            name="equipment",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                blank=True,
                db_default=[],
                default=list,
                help_text="What its crews check when a shift begins, in the order in which they are asked.",
                size=None,
            ),
        ),
    ]
