"""XML of strangers: no document type, no entities, nothing fetched, no bottomless nesting."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

MOST_NESTED = 40
MOST_ELEMENTS = 2_000


class RefusedXml(ValueError):
    """It is not XML, or XML that asks for what no location needs."""


@dataclass(slots=True)
class Element:
    """`name` without its namespace, which is in `space`."""

    space: str
    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[Element]:
        """The elements of that name below this one, in the order of the document."""
        found = []
        for child in self.children:
            if child.name == name:
                found.append(child)
            found += child.all(name)
        return found

    def first(self, name: str) -> Element | None:
        """The first element of that name below this one."""
        return next(iter(self.all(name)), None)

    def word(self, name: str) -> str:
        """The text of the first element of that name; empty when there is none."""
        found = self.first(name)
        return " ".join(found.text.split()) if found else ""


def parse(text: str) -> Element:
    """The root of the document. Raises RefusedXml."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True  # else text of many lines is joined a line at a time
    root = Element("", "", {})
    open_ones = [root]
    count = 0

    def refuse(*_: object) -> None:
        raise RefusedXml("Document types and entities are refused.")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_ones) > MOST_NESTED or count > MOST_ELEMENTS:
            raise RefusedXml("The document is nested too deeply or too long.")
        space, _, local = name.rpartition(" ")
        element = Element(space, local, attributes)
        open_ones[-1].children.append(element)
        open_ones.append(element)

    def data(words: str) -> None:
        open_ones[-1].text += words

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: open_ones.pop()
    parser.CharacterDataHandler = data
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise RefusedXml(f"This is not XML: {error}") from error
    return root.children[0]
