"""Every ruleset names its questions. Questions never change, nor do a published ruleset's invariants and cases."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = ["dispatch_questionset", "dispatch_triagequestion", "dispatch_questionanswer"]
RULESET_ROWS = ["dispatch_rulesetinvariant", "dispatch_rulesetcase"]


def forward() -> str:
    never_changed = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION hearteam_append_only();"
        for table in APPEND_ONLY
    ]
    # The function made for dispatch_rulesetteam reads the row's ruleset_id, which these tables have as well.
    kept = [
        f"CREATE TRIGGER {table}_immutable BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION hearteam_dispatch_rulesetteam_immutable();"
        for table in RULESET_ROWS
    ]
    return "\n".join([*never_changed, *kept])


def reverse() -> str:
    never_changed = [f"DROP TRIGGER {table}_append_only ON {table};" for table in APPEND_ONLY]
    return "\n".join([*never_changed, *(f"DROP TRIGGER {table}_immutable ON {table};" for table in RULESET_ROWS)])


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0005_questions_of_old_rulesets")]

    operations = [
        migrations.AlterField(
            model_name="ruleset",
            name="question_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rulesets", to="dispatch.questionset"
            ),
        ),
        migrations.RunSQL(forward(), reverse()),
    ]
