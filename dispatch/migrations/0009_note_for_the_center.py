"""Notes that everybody on the call may read but police."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0008_call_asks_triage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="note",
            name="audience",
            field=models.CharField(
                choices=[
                    ("ALL", "Everyone"),
                    ("CLINICAL", "Clinicians"),
                    ("POLICE", "Police"),
                    ("CENTER", "The center and crews, not police"),
                ],
                default="ALL",
                max_length=8,
            ),
        ),
    ]
