"""Reads made again and again: Django builds and compiles their SQL once, PostgreSQL plans it once a connection.

    _rows = Prepared(lambda: Call.objects.filter(pk=AnyOf("ids")).annotate(..))
    _rows.all(ids=[1, 2])

Building a queryset of many subqueries anew takes several times as long as its rows take to be read. What differs from
one use to the next is a `Parameter` (or `AnyOf` a list); all else is part of the statement. Only SQL is kept, never a
row, so a read is as new as any other.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Field, QuerySet, TextField, Value
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError
from psycopg2 import Error
from psycopg2.extensions import AsIs

_number = count(1)
_compiling = threading.RLock()
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


class _Kept:
    """A statement that is compiled once a process and made known once to each connection."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make
        self.name = new_name()

    @cached_property
    def _queryset(self) -> Any:
        return self.make()

    @cached_property
    def _query(self) -> Any:
        return self._queryset.query

    @cached_property
    def _compiled(self) -> Any:
        """Compiled by one thread while others wait: a query changes while it is compiled, and since Python 3.12 a
        `cached_property` is worked out by all who ask for it at once.
        """
        with _compiling:
            if "_compiled" not in vars(self):
                compiler = self._query.get_compiler(using=self._queryset.db)
                compiler.kept = compiler.as_sql()
                if any(isinstance(one, date) for one in compiler.kept[1]):
                    raise TypeError("a date or a moment in a kept statement would stay for ever: make it a Parameter")
                vars(self)["_compiled"] = compiler
            return vars(self)["_compiled"]

    @cached_property
    def _names(self) -> list[str]:
        return [one.value for one in self._compiled.kept[1] if isinstance(one, Parameter)]

    @cached_property
    def _execute(self) -> str:
        return execute_of(self.name, len(self._names))

    def _call(self, connection: Any, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """The statement's call with these values; it is made known to this connection if it is not yet."""
        make_known(connection, self.name, *self._compiled.kept)
        return self._execute, [values[name] for name in self._names]


def execute_of(name: str, places: int) -> str:
    """The call of a kept statement of so many parameters, as text for a cursor."""
    return f"EXECUTE {name} ({', '.join(['%s'] * places)})" if places else f"EXECUTE {name}"


def make_known(connection: Any, name: str, sql: str, params: Iterable[Any]) -> None:
    """PREPARE the statement under this name, unless this connection has it. Each `Parameter` is a value given later."""
    connection.close_if_health_check_failed()  # as a cursor would, but then on a connection without the statement
    connection.ensure_connection()
    known = _planned.setdefault(connection.connection, set())
    if name in known:
        return
    numbers = count(1)
    given = [AsIs(f"${next(numbers)}") if isinstance(one, Parameter) else one for one in params]
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        text = f"PREPARE {name} AS {cursor.mogrify(sql, given).decode()}"
        try:
            cursor.execute(text)
            known.add(name)
        except Error:
            raise
        except BaseException:
            # A task's time limit or a signal in between: whether the connection has the statement, nobody knows.
            connection.connection.close()
            raise


def new_name() -> str:
    """A name that no other statement of this process has."""
    return f"prepared_{next(_number)}"


class Prepared(_Kept):
    """A read of a queryset (without `prefetch_related`). `make` is called once, at the first use."""

    @cached_property
    def _converters(self) -> dict[int, Any]:
        compiler = self._compiled
        columns: dict[int, Any] = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        return columns

    @cached_property
    def _has_composites(self) -> bool:
        compiler = self._compiled
        return bool(compiler.has_composite_fields([one[0] for one in compiler.select[: compiler.col_count]]))

    def all(self, **values: Any) -> list[Any]:
        """What the queryset gives, with these values for its parameters."""
        compiler = copy.copy(self._compiled)
        compiler.connection = connections[self._queryset.db]
        if self._query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("rows are locked in a transaction")
        compiler.as_sql = lambda: self._call(compiler.connection, values)
        compiler.get_converters = lambda _: self._converters
        compiler.has_composite_fields = lambda _: self._has_composites
        query = copy.copy(self._query)
        query.get_compiler = lambda *_, **__: compiler
        source = SimpleNamespace(
            query=query, db=self._queryset.db, _known_related_objects={}, _fields=self._queryset._fields
        )
        return list(self._queryset._iterable_class(source))

    def first(self, **values: Any) -> Any:
        """The first row, None without one. The queryset should ask for no more."""
        return next(iter(self.all(**values)), None)


class PreparedText:
    """A statement that is written as SQL, with `%s` where a value is given with each use; kept as the others are."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.name = new_name()
        self.given = [Parameter("value", TextField())] * sql.count("%s")
        self.call = execute_of(self.name, len(self.given))

    def rows(self, *values: Any) -> list[Any]:
        """What it returns."""
        with self._executed(values) as cursor:
            return list(cursor.fetchall())

    def run(self, *values: Any) -> int:
        """How many rows it wrote."""
        with self._executed(values) as cursor:
            return int(cursor.rowcount)

    def _executed(self, values: tuple[Any, ...]) -> Any:
        connection = connections[DEFAULT_DB_ALIAS]
        make_known(connection, self.name, self.sql, self.given)
        cursor = connection.cursor()
        cursor.execute(self.call, values)
        return cursor


class PreparedUpdate(_Kept):
    """An update of the rows of a queryset: `PreparedUpdate(make, column=Parameter(..))`."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], **columns: Any) -> None:
        super().__init__(make)
        self.columns = columns

    @cached_property
    def _query(self) -> Any:
        query = self._queryset.query.chain(UpdateQuery)
        query.add_update_values(self.columns)
        return query

    def run(self, **values: Any) -> int:
        """How many rows were changed."""
        connection = connections[self._queryset.db]
        with connection.cursor() as cursor:
            cursor.execute(*self._call(connection, values))
            return int(cursor.rowcount)
