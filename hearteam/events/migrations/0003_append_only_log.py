"""The log's stream row, and triggers that keep events append-only."""

from django.db import migrations

FORWARD = """
INSERT INTO events_stream (name, version) VALUES ('board', 0) ON CONFLICT DO NOTHING;

CREATE FUNCTION hearteam_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are append-only', TG_TABLE_NAME;
END $$;

CREATE TRIGGER events_event_append_only BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION hearteam_append_only();
CREATE TRIGGER events_eventaudience_append_only BEFORE UPDATE OR DELETE ON events_eventaudience
    FOR EACH ROW EXECUTE FUNCTION hearteam_append_only();
"""

REVERSE = """
DROP TRIGGER events_eventaudience_append_only ON events_eventaudience;
DROP TRIGGER events_event_append_only ON events_event;
DROP FUNCTION hearteam_append_only();
DELETE FROM events_stream WHERE name = 'board';
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_extensions")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
