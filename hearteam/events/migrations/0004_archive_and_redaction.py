"""Events may leave the table for an archive, and lose what must not be kept; nothing else of the log ever changes.

Both are asked for by a setting of the transaction alone (`SET LOCAL hearteam.retention`), by the actions that do it.
"""

import django.utils.timezone
from django.db import migrations, models

FORWARD = r"""
CREATE OR REPLACE FUNCTION hearteam_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked text := current_setting('hearteam.retention', true);
BEGIN
    IF asked = 'archive' AND TG_OP = 'DELETE' AND TG_TABLE_NAME LIKE 'events\_event%' THEN
        RETURN OLD;
    END IF;
    IF asked = 'redact' AND TG_OP = 'UPDATE' THEN
        IF TG_TABLE_NAME LIKE 'events\_event%' AND to_jsonb(NEW) - 'data' = to_jsonb(OLD) - 'data' THEN
            RETURN NEW;
        END IF;
        IF TG_TABLE_NAME = 'dispatch_note' AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% rows are append-only', TG_TABLE_NAME;
END $$;
"""

REVERSE = """
CREATE OR REPLACE FUNCTION hearteam_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are append-only', TG_TABLE_NAME;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0003_append_only_log")]
    operations = [
        migrations.CreateModel(
            name="ArchivedEvents",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(unique=True)),
                (
                    "file",
                    models.CharField(help_text="Where it was written, as the command was told.", max_length=300),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("archived_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="Since when the table has them no more.", null=True),
                ),
            ],
            options={"ordering": ["first"]},
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
