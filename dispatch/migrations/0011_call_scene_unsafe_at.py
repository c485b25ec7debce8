"""Each call keeps since when its scene waits for an officer's word, until that word is given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0010_one_what_if_at_a_time")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="scene_unsafe_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when only an officer's word opens the scene: somebody marked it unsafe or asked for police.",
                null=True,
            ),
        ),
    ]
