"""What is asked again and again of millions of rows: calls by their place, a unit's day, alerts of a period."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dispatch", "0030_paper_and_retention")]
    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("location_text"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="call_place_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(fields=["unit", "-dispatched_at"], name="assignment_unit_dispatched"),
        ),
        AddIndexConcurrently(model_name="alert", index=models.Index(fields=["raised_at"], name="alert_raised")),
        AddIndexConcurrently(
            model_name="decision",
            index=models.Index(
                fields=["call"], name="decision_overridden", condition=models.Q(("override_direction", ""), _negated=True)
            ),
        ),
    ]
