"""Below which version a follower fetches a snapshot in place of events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0004_archive_and_redaction")]
    operations = [
        migrations.AddField(
            model_name="stream",
            name="floor",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="A follower that knows less is not told event by event: what it missed was archived, or "
                "undone by a restored backup.",
            ),
        ),
    ]
