"""To which phone a crew's link was sent by text, and what became of that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0028_reaching_people")]

    operations = [
        migrations.AddField(
            model_name="guestlink",
            name="sent_to",
            field=models.CharField(blank=True, db_default="", default="", help_text="By text, last.", max_length=16),
        ),
        migrations.AddField(
            model_name="guestlink",
            name="send_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="guestlink",
            name="sent_at",
            field=models.DateTimeField(blank=True, help_text="When the provider took it.", null=True),
        ),
        migrations.AddField(
            model_name="guestlink",
            name="send_failed",
            field=models.CharField(blank=True, db_default="", default="", help_text="Why it did not.", max_length=120),
        ),
    ]
