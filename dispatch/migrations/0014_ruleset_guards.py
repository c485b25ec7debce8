"""A published ruleset takes up no row of another and no question or answer; none decides unchecked or unapproved.

Who wrote an unpublished draft is kept with each copy of it, in steps of their own.
"""

from django.db import migrations, models
from django.db.models import Q

OPTION = (
    "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id "
    "JOIN dispatch_outcomeoption p ON p.outcome_id = o.id WHERE p.id = {row}.option_id)"
)
OUTCOME = (
    "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id "
    "WHERE o.id = {row}.outcome_id)"
)
OWNERS = {
    # The function of dispatch_rulesetteam also guards invariants and cases.
    "dispatch_rulesetteam": "{row}.ruleset_id",
    "dispatch_rule": "{row}.ruleset_id",
    "dispatch_ruleoutcome": "(SELECT ruleset_id FROM dispatch_rule WHERE id = {row}.rule_id)",
    "dispatch_outcomepriority": OUTCOME,
    "dispatch_outcomealternative": OUTCOME,
    "dispatch_outcomeoption": OUTCOME,
    "dispatch_optionaddition": OPTION,
    "dispatch_optionjoin": OPTION,
    "dispatch_optionfollowup": OPTION,
}
BOTH_OWNERS = """
    IF TG_OP <> 'INSERT' THEN
        SELECT status INTO owner_status FROM dispatch_ruleset WHERE id = {old};
        IF owner_status IN ('published', 'retired') THEN
            RAISE EXCEPTION 'rows of a published ruleset never change; copy it to edit';
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT status INTO owner_status FROM dispatch_ruleset WHERE id = {new};
    END IF;"""
ONE_OWNER = """
    IF TG_OP <> 'INSERT' THEN
        SELECT status INTO owner_status FROM dispatch_ruleset WHERE id = {old};
    ELSE
        SELECT status INTO owner_status FROM dispatch_ruleset WHERE id = {new};
    END IF;"""
QUESTION_SETS = {
    "dispatch_triagequestion": "NEW.question_set_id",
    "dispatch_questionanswer": "(SELECT question_set_id FROM dispatch_triagequestion WHERE id = NEW.question_id)",
}
STEPS = [
    ("imported", "Imported"),
    ("copied", "Copied"),
    ("original", "Wrote what it was copied from"),
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


def row_guards(looks_at: str) -> str:
    return "\n".join(
        f"""
CREATE OR REPLACE FUNCTION hearteam_{table}_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owner_status text;
BEGIN{looks_at.format(old=owner.format(row="OLD"), new=owner.format(row="NEW"))}
    IF owner_status IN ('published', 'retired') THEN
        RAISE EXCEPTION 'rows of a published ruleset never change; copy it to edit';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;"""
        for table, owner in OWNERS.items()
    )


def question_guards() -> str:
    return "\n".join(
        f"""
CREATE FUNCTION hearteam_{table}_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM dispatch_ruleset WHERE question_set_id = {owner} AND status IN ('published', 'retired')) THEN
        RAISE EXCEPTION 'questions of a published ruleset never change; a new wording is a new version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_in_use BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION hearteam_{table}_in_use();"""
        for table, owner in QUESTION_SETS.items()
    )


def drop_question_guards() -> str:
    return "\n".join(
        f"DROP TRIGGER {table}_in_use ON {table}; DROP FUNCTION hearteam_{table}_in_use();" for table in QUESTION_SETS
    )


def keep_writers(apps, schema_editor):
    """For every copy of what was a draft at that moment, those who had written the draft by then."""
    rulesets, steps = apps.get_model("dispatch", "Ruleset"), apps.get_model("dispatch", "RulesetStep")
    writing = ["imported", "copied", "original", "written"]
    for copy in rulesets.objects.filter(copied_from__isnull=False).select_related("copied_from").order_by("pk"):
        original = copy.copied_from
        if original.published_at is not None and original.published_at <= copy.created_at:
            continue
        wrote = steps.objects.filter(ruleset_id=original.pk, step__in=writing, at__lte=copy.created_at)
        who = {(original.author_id, original.author_name), *wrote.values_list("by_id", "by_name")}
        steps.objects.bulk_create(
            steps(
                ruleset_id=copy.pk, name=copy.name, version=copy.version, step="original", at=copy.created_at,
                by_id=user, by_name=name, note=f"{original.name} v{original.version}",
            )
            for user, name in sorted(who, key=lambda one: one[1])
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0013_address_points")]

    operations = [
        migrations.AlterField(
            model_name="rulesetstep", name="step", field=models.CharField(choices=STEPS, max_length=12)
        ),
        migrations.AlterField(model_name="rulesetstep", name="note", field=models.TextField(blank=True)),
        migrations.RunPython(keep_writers, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.CheckConstraint(
                condition=~Q(status__in=["approved", "published"])
                | Q(checked_at__isnull=False, approved_at__isnull=False),
                name="ruleset_live_only_when_checked",
            ),
        ),
        migrations.RunSQL(row_guards(BOTH_OWNERS), row_guards(ONE_OWNER)),
        migrations.RunSQL(question_guards(), drop_question_guards()),
    ]
