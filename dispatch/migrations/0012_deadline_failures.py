"""How often a due time failed: one that keeps failing is told to people and holds up nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0011_call_scene_unsafe_at")]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="failures",
            field=models.PositiveIntegerField(default=0, help_text="How often acting on it failed since it was due."),
        ),
        migrations.AddField(model_name="deadline", name="failed_at", field=models.DateTimeField(blank=True, null=True)),
    ]
