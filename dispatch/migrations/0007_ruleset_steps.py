"""Who did what with a ruleset is kept for good; whoever approves one is another user than its author, however named."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = (
    "CREATE TRIGGER dispatch_rulesetstep_append_only BEFORE UPDATE OR DELETE ON dispatch_rulesetstep "
    "FOR EACH ROW EXECUTE FUNCTION hearteam_append_only();"
)
REVERSE = "DROP TRIGGER dispatch_rulesetstep_append_only ON dispatch_rulesetstep;"

STEPS = [
    ("imported", "Imported"),
    ("copied", "Copied"),
    ("written", "Edited"),
    ("failed", "Checked: not safe"),
    ("checked", "Checked: safe"),
    ("approved", "Approved"),
    ("scheduled", "Published for a later time"),
    ("published", "Published"),
    ("republished", "Brought back"),
    ("took_effect", "Took effect"),
    ("withdrawn", "Withdrawn before it took effect"),
    ("retired", "Retired"),
    ("deleted", "Deleted"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0006_question_set_required"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RulesetStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("step", models.CharField(choices=STEPS, max_length=12)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ruleset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="steps",
                        to="dispatch.ruleset",
                    ),
                ),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver__isnull", True),
                    models.Q(("approver", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="ruleset_approver_is_another_user",
            ),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
