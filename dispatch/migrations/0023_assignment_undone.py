"""A dispatch that was taken back within seconds is known as one: reports count what was meant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0022_command_aliases")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="undone",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Sent by mistake and taken back within seconds: no report counts it.",
            ),
        ),
    ]
