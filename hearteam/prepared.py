"""Reads made again and again: Django builds and compiles their SQL once, PostgreSQL plans it once a connection.

    _rows = Prepared(lambda: Call.objects.filter(pk=AnyOf("ids")).annotate(..))
    _rows.all(ids=[1, 2])

Building a queryset of many subqueries anew takes several times as long as its rows take to be read. What differs from
one use to the next is a `Parameter` (or `AnyOf` a list); all else is part of the statement. Only SQL is kept, never a
row, so a read is as new as any other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import BigIntegerField, Field, QuerySet, Value
from django.db.transaction import TransactionManagementError
from psycopg2.extensions import AsIs

_number = count(1)
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""Driver's connection -> names of the statements it has."""


class Parameter(Value):
    """A value that is given with each use, by name."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return f"%s::{self.output_field.db_type(connection)}", [self]


class AnyOf(Parameter):
    """`field=AnyOf("ids")` holds for each of the list given as `ids`; for an empty one, never."""

    def __init__(self, name: str, each: Field[Any, Any] | None = None) -> None:
        super().__init__(name, ArrayField(each or BigIntegerField()))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(compiler, connection)
        return f"ANY({sql})", params


class Prepared:
    """A queryset, without `prefetch_related`, whose statement is kept. `make` is called once, at the first use."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make
        self.name = f"prepared_{next(_number)}"

    def all(self, **values: Any) -> list[Any]:
        """What the queryset gives, with these values for its parameters."""
        compiler = copy.copy(self._compiled)
        compiler.connection = connections[self._queryset.db]
        if self._queryset.query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("rows are locked in a transaction")
        compiler.as_sql = lambda: (self._statement(compiler.connection), [values[name] for name in self._names])
        query = SimpleNamespace(get_compiler=lambda *_, **__: compiler)
        source = SimpleNamespace(
            query=query, db=self._queryset.db, _known_related_objects={}, _fields=self._queryset._fields
        )
        return list(self._queryset._iterable_class(source))

    def first(self, **values: Any) -> Any:
        """The first row, None without one. The queryset should ask for no more."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _queryset(self) -> Any:
        return self.make()

    @cached_property
    def _compiled(self) -> Any:
        compiler = self._queryset.query.get_compiler(using=self._queryset.db)
        compiler.kept = compiler.as_sql()
        return compiler

    @cached_property
    def _names(self) -> list[str]:
        return [one.value for one in self._compiled.kept[1] if isinstance(one, Parameter)]

    def _statement(self, connection: Any) -> str:
        """The call of the statement, made known to this connection if it is not yet."""
        connection.ensure_connection()
        known = _planned.setdefault(connection.connection, set())
        if self.name not in known:
            sql, params = self._compiled.kept
            numbers = count(1)
            given = [AsIs(f"${next(numbers)}") if isinstance(one, Parameter) else one for one in params]
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {self.name} AS {cursor.mogrify(sql, given).decode()}")
            known.add(self.name)
        places = ", ".join(["%s"] * len(self._names))
        return f"EXECUTE {self.name} ({places})" if places else f"EXECUTE {self.name}"
