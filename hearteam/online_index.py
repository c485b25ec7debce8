"""An operation of migrations: an index built while its table is in use, and finished when migrate runs again."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently

VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class AddIndexOnline(AddIndexConcurrently):
    """As `AddIndexConcurrently`, and safe to be run again.

    Building one that way is not undone when it fails: PostgreSQL keeps it, unfinished and of no use, and the indexes of
    the same migration that were built before it. Whole ones are kept, an unfinished one is dropped and built anew.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(VALID, [schema_editor.quote_name(self.index.name)])
            found = cursor.fetchone()
        if found == (True,):
            return
        if found is not None:
            schema_editor.remove_index(model, self.index, concurrently=True)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
