"""Notes and triage records are append-only; a published ruleset and its rows never change."""

from django.db import migrations

APPEND_ONLY = ["dispatch_note", "dispatch_triageanswers"]
RULESET_ROWS = {
    "dispatch_rulesetteam": "NEW.ruleset_id",
    "dispatch_rule": "NEW.ruleset_id",
    "dispatch_ruleoutcome": "(SELECT ruleset_id FROM dispatch_rule WHERE id = NEW.rule_id)",
    "dispatch_outcomepriority": "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id WHERE o.id = NEW.outcome_id)",
    "dispatch_outcomealternative": "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id WHERE o.id = NEW.outcome_id)",
    "dispatch_outcomeoption": "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id WHERE o.id = NEW.outcome_id)",
    "dispatch_optionaddition": "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id JOIN dispatch_outcomeoption p ON p.outcome_id = o.id WHERE p.id = NEW.option_id)",
    "dispatch_optionjoin": "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id JOIN dispatch_outcomeoption p ON p.outcome_id = o.id WHERE p.id = NEW.option_id)",
    "dispatch_optionfollowup": "(SELECT r.ruleset_id FROM dispatch_rule r JOIN dispatch_ruleoutcome o ON o.rule_id = r.id JOIN dispatch_outcomeoption p ON p.outcome_id = o.id WHERE p.id = NEW.option_id)",
}


def forward() -> str:
    parts = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION hearteam_append_only();"
        for table in APPEND_ONLY
    ]
    parts.append("""
CREATE FUNCTION hearteam_ruleset_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status NOT IN ('published', 'retired') THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
       AND (to_jsonb(NEW) - 'status' - 'retired_at') = (to_jsonb(OLD) - 'status' - 'retired_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ruleset % v% was published and never changes; copy it to edit', OLD.name, OLD.version;
END $$;
CREATE TRIGGER dispatch_ruleset_immutable BEFORE UPDATE OR DELETE ON dispatch_ruleset
    FOR EACH ROW EXECUTE FUNCTION hearteam_ruleset_immutable();
""")
    for table, owner in RULESET_ROWS.items():
        function = f"hearteam_{table}_immutable"
        parts.append(f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owner_status text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT status INTO owner_status FROM dispatch_ruleset WHERE id = {owner.replace("NEW.", "OLD.")};
    ELSE
        SELECT status INTO owner_status FROM dispatch_ruleset WHERE id = {owner};
    END IF;
    IF owner_status IN ('published', 'retired') THEN
        RAISE EXCEPTION 'rows of a published ruleset never change; copy it to edit';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER {table}_immutable BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
""")
    return "\n".join(parts)


def reverse() -> str:
    parts = [
        f"DROP TRIGGER {table}_immutable ON {table}; DROP FUNCTION hearteam_{table}_immutable();"
        for table in RULESET_ROWS
    ]
    parts.append(
        "DROP TRIGGER dispatch_ruleset_immutable ON dispatch_ruleset; DROP FUNCTION hearteam_ruleset_immutable();"
    )
    parts += [f"DROP TRIGGER {table}_append_only ON {table};" for table in APPEND_ONLY]
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0002_relations"), ("events", "0003_append_only_log")]
    operations = [migrations.RunSQL(forward(), reverse())]
