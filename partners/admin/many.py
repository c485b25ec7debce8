"""Lists of tables that grow for ever: nothing on them may cost more the longer the center has been at work."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from partners.admin.base import ReadOnlyAdmin

MOST_COUNTED = 2_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts the first two thousand rows and pages through those: what is older is reached by search and filters."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through. One statement that ends early."""
        rows = cast(QuerySet[Any], self.object_list)
        return rows.order_by().values("pk")[:MOST_COUNTED].count()


class ManyRows(ReadOnlyAdmin):
    """Records by the million: in the order of their ids, the newest first, filtered by fixed choices only.

    `found(term)` says which rows a search means; without it there is no search.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    ordering = ("-pk",)

    def found(self, term: str) -> Q:
        """The rows that a text means, by something that is indexed."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(self.found(term)) if term else queryset), False


class FixedChoices(admin.SimpleListFilter):
    """Fixed choices for a column: Django's own filter would look through the whole table for what there is."""

    title = "type"
    parameter_name = "type"
    choices_given: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in self.choices_given]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset
