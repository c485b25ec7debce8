"""A caution ends and is reviewed by somebody; street names are found in memory, so their trigram indexes go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _somebody() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0019_positions_and_undo"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("premisecaution", "reviewed_by", _somebody()),
        migrations.AddField("premisecaution", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("premisecaution", "ended_by", _somebody()),
        migrations.AddField(
            "premisecaution", "end_reason", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
        migrations.RemoveIndex("street", "street_name_trigram"),
        migrations.RemoveIndex("addressstreet", "address_street_trigram"),
    ]
