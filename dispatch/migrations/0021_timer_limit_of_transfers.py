"""How long a transfer may wait before the caller is called back is a limit a center sets, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0020_caution_ends")]

    operations = [
        migrations.AddField(
            model_name="timerlimits",
            name="transfer_callback_s",
            field=models.PositiveIntegerField(db_default=900),
        ),
        migrations.AddConstraint(
            model_name="timerlimits",
            constraint=models.CheckConstraint(
                condition=models.Q(("transfer_callback_s__gte", 120), ("transfer_callback_s__lte", 1800)),
                name="time_limit_transfer_callback_s",
            ),
        ),
    ]
