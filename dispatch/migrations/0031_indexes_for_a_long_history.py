"""What is asked again and again of millions of rows: calls by their place, a unit's day, alerts of a period."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

from hearteam.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dispatch", "0030_paper_and_retention")]
    operations = [
        AddIndexOnline(
            model_name="call",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("location_text"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="call_place_words",
            ),
        ),
        AddIndexOnline(
            model_name="assignment",
            index=models.Index(fields=["unit", "-dispatched_at"], name="assignment_unit_dispatched"),
        ),
        AddIndexOnline(model_name="alert", index=models.Index(fields=["raised_at"], name="alert_raised")),
        AddIndexOnline(
            model_name="decision",
            index=models.Index(
                fields=["call"], name="decision_overridden", condition=models.Q(("override_direction", ""), _negated=True)
            ),
        ),
    ]
