"""When a crew was heard by voice and since when it is silent; welfare intervals by tier; a text is posted by one at a time."""

from django.db import migrations, models

TIERS = (("welfare_tier_1_s", 900), ("welfare_tier_2_s", 900), ("welfare_tier_3_s", 1800), ("welfare_tier_4_s", 1800))
LIMITS = (*((name, default, 300, 1800) for name, default in TIERS), ("silent_s", 120, 60, 300))


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0024_slot_asked_from")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="heard_by_voice_at",
            field=models.DateTimeField(
                blank=True, null=True, help_text="When the center last recorded what the crew said."
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="silent_since",
            field=models.DateTimeField(
                blank=True,
                null=True,
                help_text="The last sign of a crew that has given none for too long; empty otherwise.",
            ),
        ),
        migrations.AddField(
            model_name="textmessage",
            name="posting_since",
            field=models.DateTimeField(
                blank=True, null=True, help_text="Somebody is posting it to its gateway since then."
            ),
        ),
        *(
            migrations.AddField(
                model_name="timerlimits", name=name, field=models.PositiveIntegerField(db_default=default)
            )
            for name, default, _, _ in LIMITS
        ),
        *(
            migrations.AddConstraint(
                model_name="timerlimits",
                constraint=models.CheckConstraint(
                    condition=models.Q((f"{name}__gte", least), (f"{name}__lte", most)), name=f"time_limit_{name}"
                ),
            )
            for name, _, least, most in LIMITS
        ),
    ]
