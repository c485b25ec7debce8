"""How many calls a place had in a year is counted within an index: a busy one has had thousands."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from hearteam.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dispatch", "0031_indexes_for_a_long_history")]
    operations = [
        AddIndexOnline(
            model_name="call",
            index=models.Index(
                fields=["premise", "-received_at"], include=["id", "status"], name="call_premise_year"
            ),
        ),
        RemoveIndexConcurrently(model_name="call", name="call_premise_received"),
    ]
