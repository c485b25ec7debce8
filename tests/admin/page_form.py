"""What a browser would post from a page as it is."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = {}
        self.selects: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in given:
            ticks = given.get("type") in ("checkbox", "radio")
            if given.get("type") != "submit" and (not ticks or "checked" in given):
                self.add(given["name"], given.get("value", "on" if ticks else ""))
        elif tag == "select":
            self.selects.append(given["name"])
            self.first = True
        elif tag == "option" and (self.first or "selected" in given):
            self.posted.setdefault(self.selects[-1], [""])[-1:] = [given["value"]]
            self.first = False
        elif tag == "textarea":
            self.add(given["name"], "")
            self.text = given["name"]

    def handle_data(self, data: str) -> None:
        if self.text:
            self.posted[self.text][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.text = ""

    def add(self, name: str, value: str) -> None:
        self.posted.setdefault(name, []).append(value)


def posted(html: str) -> dict[str, list[str]]:
    """Names and values of the fields of the page's own form: what stands behind `<div id="content-main"`."""
    fields = _Fields()
    fields.feed(html[html.index('id="content-main"') :])
    return fields.posted
