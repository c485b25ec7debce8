"""Each call keeps whether its type asked the questions; calls received before take it from their type as it is now."""

from django.db import migrations, models


def take_from_type(apps, schema_editor):
    schema_editor.execute(
        "UPDATE dispatch_call c SET asks_triage = t.asks_triage FROM dispatch_calltype t "
        "WHERE t.id = c.call_type_id AND t.asks_triage <> 'MAYBE'"
    )


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0007_ruleset_steps")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="asks_triage",
            field=models.CharField(
                choices=[("YES", "Yes"), ("MAYBE", "Maybe"), ("NO", "No")],
                db_default="MAYBE",
                default="MAYBE",
                help_text="Whether the questions are asked on it, by the vocabulary or its type as they were when it was set.",
                max_length=5,
            ),
        ),
        migrations.RunPython(take_from_type, migrations.RunPython.noop),
    ]
