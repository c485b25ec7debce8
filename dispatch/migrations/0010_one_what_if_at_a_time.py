"""Of one ruleset one what-if is queued or running at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0009_note_for_the_center")]
    operations = [
        migrations.AddConstraint(
            model_name="whatif",
            constraint=models.UniqueConstraint(
                fields=["ruleset"],
                condition=models.Q(("status__in", ["queued", "running"])),
                nulls_distinct=False,
                name="one_what_if_of_a_ruleset_at_a_time",
            ),
        ),
    ]
