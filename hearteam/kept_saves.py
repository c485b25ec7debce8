"""Saving the same columns again and again: the statement is kept, as reads are by `hearteam.prepared`.

A model that inherits `KeptSaves` is saved as any other; only how the INSERT and the UPDATE of one row come to be
differs. What is not a plain value (an expression) and what is not one row goes Django's own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connections, models

from hearteam.prepared import Parameter, execute_of, make_known, new_name


@cache
def _insert(model: type[models.Model], columns: tuple[str, ...], returned: tuple[str, ...]) -> tuple[str, str, str]:
    """Name, statement and call of an INSERT of these columns of one row."""
    name, quote = new_name(), '"{}"'.format
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    sql += f" VALUES ({', '.join(['%s'] * len(columns))})"
    if returned:
        sql += f" RETURNING {', '.join(map(quote, returned))}"
    return name, sql, execute_of(name, len(columns))


@cache
def _update(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, str, str]:
    """Name, statement and call of an UPDATE of these columns of the row with a key."""
    name, quote = new_name(), '"{}"'.format
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote(model._meta.pk.column)} = %s"  # noqa: S608
    return name, sql, execute_of(name, len(columns) + 1)


_VALUE = Parameter("value", models.TextField())


def _is_plain(values: Iterable[Any]) -> bool:
    return not any(hasattr(value, "resolve_expression") for value in values)


class KeptSaves(models.Model):
    """Base of models whose rows are written by every command."""

    class Meta:
        abstract = True

    def _do_insert(
        self, manager: Any, using: Any, fields: Sequence[Any], returning_fields: Sequence[Any], raw: bool
    ) -> Any:
        values = [getattr(self, field.attname) if raw else field.pre_save(self, True) for field in fields]
        if not _is_plain(values):
            django: Any = super()
            return django._do_insert(manager, using, fields, returning_fields, raw)
        connection = connections[using]
        columns = tuple(field.column for field in fields)
        returned = tuple(field.column for field in returning_fields)
        name, sql, call = _insert(type(self), columns, returned)
        make_known(connection, name, sql, [_VALUE] * len(columns))
        with connection.cursor() as cursor:
            cursor.execute(call, _prepared_values(connection, fields, values))
            return cursor.fetchall() if returned else []

    def _do_update(  # type: ignore[override]  # noqa: PLR0917 (Django's own)
        self, base_qs: Any, using: Any, pk_val: Any, values: Sequence[Any], update_fields: Any, forced_update: Any
    ) -> bool:
        given = [value for _, _, value in values]
        if not values or not _is_plain(given) or self._meta.select_on_save:
            django: Any = super()
            return bool(django._do_update(base_qs, using, pk_val, values, update_fields, forced_update))
        connection = connections[using]
        fields = [field for field, _, _ in values]
        name, sql, call = _update(type(self), tuple(field.column for field in fields))
        make_known(connection, name, sql, [_VALUE] * (len(fields) + 1))
        with connection.cursor() as cursor:
            cursor.execute(call, [*_prepared_values(connection, fields, given), pk_val])
            return bool(cursor.rowcount)


def _prepared_values(connection: Any, fields: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
