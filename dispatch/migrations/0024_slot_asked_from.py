"""A slot names the unit whose crew asked for it from the field."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0023_assignment_undone"),
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="responseslot",
            name="asked_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The unit on the call whose crew asked for it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.unit",
            ),
        ),
    ]
