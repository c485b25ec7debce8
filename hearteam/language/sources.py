"""Every text of the sources that a person may see, found without running them.

Scripts say theirs by `t`, `tn`, `tp`; pages by `{% translate %}`; Python by gettext. What rules and actions say
(refusals, alerts, reasons, labels of the reference data) stays English in the database and on the wire, and is known
again in the browser by its form: those texts have the context `served`, their values stand as `{names}`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

PAGES: Final = "django"
SCRIPTS: Final = "djangojs"
SERVED: Final = "served"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English and the file it stands in. `plural` is empty for most."""

    domain: str
    msgid: str
    where: str
    plural: str = ""
    context: str = ""


def all_texts() -> Iterator[Text]:
    """All of them; one that stands in several files comes several times."""
    yield from _scripts(_files("static/dispatch/js", "*.js"))
    yield from _pages(_files("templates", "*.html"))
    yield from _python(path for app in ("dispatch", "partners", "hearteam") for path in _files(app, "*.py"))
    yield from _report_words(_files("dispatch/reports", "*.py"))
    yield from served_texts()
    yield from _codes()


def _files(folder: str, names: str) -> list[Path]:
    return sorted((settings.PROJECT_DIR / folder).rglob(names))


def _where(path: Path) -> str:
    return path.relative_to(settings.PROJECT_DIR).as_posix()


# A text is a literal in double quotes, right after the bracket: the rest of the expression need not be understood.
_LITERAL: Final = r'"(?:[^"\\\n]|\\.)*"'
_SAID: Final = re.compile(rf"(?<![\w.])(t|tn|tp|kept)\(\s*({_LITERAL})(?:\s*,\s*({_LITERAL}))?")


_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)


def _scripts(paths: Iterable[Path]) -> Iterator[Text]:
    for path in paths:
        source = _COMMENT.sub("", path.read_text())
        for how, first, second in _SAID.findall(source):
            words = json.loads(first)
            more = json.loads(second) if second else ""
            if how == "tn":
                yield Text(SCRIPTS, words, _where(path), plural=more)
            elif how == "kept":
                yield Text(SCRIPTS, words, _where(path), context=SERVED)
            elif how == "tp":
                yield Text(SCRIPTS, more, _where(path), context=words)
            else:
                yield Text(SCRIPTS, words, _where(path))


_TRANSLATE: Final = re.compile(r'{%\s*translate\s+"([^"]+)"')
_BLOCK: Final = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)


def _pages(paths: Iterable[Path]) -> Iterator[Text]:
    for path in paths:
        source = path.read_text()
        for msgid in _TRANSLATE.findall(source):
            yield Text(PAGES, msgid, _where(path))
        for block in _BLOCK.findall(source):
            yield Text(PAGES, re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block), _where(path))


def _python(paths: Iterable[Path]) -> Iterator[Text]:
    for path in paths:
        source = path.read_text()
        if "gettext" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                yield Text(PAGES, ast.literal_eval(node.args[0]), _where(path))


def _report_words(paths: Iterable[Path]) -> Iterator[Text]:
    """Heads, stages and definitions: the page translates each cell that is one of them."""
    for path in paths:
        for words in sayings(ast.parse(path.read_text()), _is_report_word):
            yield Text(PAGES, words, _where(path))
        for words in _SQL_LABEL.findall(path.read_text()):
            yield Text(PAGES, words, _where(path))
    for name, pattern in _IN_CELLS.items():
        for words in pattern.findall((settings.PROJECT_DIR / name).read_text()):
            yield Text(PAGES, words, name)


_IN_CELLS: Final = {
    "dispatch/rules/unserved.py": re.compile(r'^    "[A-Z_]+": "([^"]+)",$', re.MULTILINE),
    "dispatch/rules/languages.py": re.compile(r'^    "[a-z]+": \("([^"]+)"', re.MULTILINE),
    "dispatch/rules/codes.py": re.compile(r'^    Disposition\("\d+", "\w+", "([^"]+)"\)', re.MULTILINE),
}
"""What stands in a report's cells by its code elsewhere."""
_SQL_LABEL: Final = re.compile(r"(?:THEN|ELSE|SELECT|, '')\s+'([a-z9]+ [a-z ]*[a-z])'")


def _is_report_word(words: str) -> bool:
    return bool(re.match(r"^[A-Za-z9][A-Za-z0-9, ;:'().-]+$", words)) and (words[0].isupper() or " " in words)


# What the desk and the crews read. Administration, files and what-ifs are not in it: they are English.
SPEAKING: Final = (
    "dispatch/actions",
    "dispatch/api",
    "dispatch/queries",
    "dispatch/rules",
    "partners/queries",
    "hearteam/bodylimit.py",
)
SILENT: Final = re.compile(
    r"actions/(addresses|configuration|demo|geography|reference|ruleset|rulesets|ruleset_\w+|timer_limits|transaction|vocabularies"
    r"|whatif)\.py|api/(metrics|schema)\.py|queries/(figures|ruleset\w*|whatif\w*|vocabularies|plans)\.py|rules/(answers|codes|compiled|decided"
    r"|difference|evaluate|golden|languages|invariants|overlaps|proof\w*|questions|ruleset\w*|structure\w*|timer_limits|verify"
    r"|vocabulary\w*|whatif\w*|yaml_nodes)\.py"
)
QUESTIONS: Final = "dispatch/rules/questions.py"
CODES: Final = "dispatch/rules/codes.py"
GRAMMAR: Final = "dispatch/rules/command_grammar.json"
CODED_LABELS: Final = ("dispatch/reference/interventions.yaml",)
TEAMS: Final = "dispatch/reference/partners.yaml"
GRAMMAR_SAYS: Final = {"asks", "usage", "help", "says", "group"}


def served_texts() -> Iterator[Text]:
    """What the server says in English and the browser translates."""
    for folder in SPEAKING:
        for path in [settings.PROJECT_DIR / folder] if folder.endswith(".py") else _files(folder, "*.py"):
            if not SILENT.search(_where(path)):
                for words in sayings(ast.parse(path.read_text()), _is_sentence):
                    yield Text(SCRIPTS, words, _where(path), context=SERVED)
    for name in (QUESTIONS, CODES):
        for words in sayings(ast.parse((settings.PROJECT_DIR / name).read_text()), _is_label):
            yield Text(SCRIPTS, words, name, context=SERVED)
    for name in CODED_LABELS:
        for row in yaml.safe_load((settings.PROJECT_DIR / name).read_text()):
            yield Text(SCRIPTS, row["label"], name, context=SERVED)
    for team in yaml.safe_load((settings.PROJECT_DIR / TEAMS).read_text())["teams"]:
        for words in team.get("equipment", ()):
            yield Text(SCRIPTS, words, TEAMS, context=SERVED)
    for words in _grammar_texts():
        yield Text(SCRIPTS, words, GRAMMAR)
        if "{" in words:
            yield Text(SCRIPTS, words, GRAMMAR, context=SERVED)


# Codes that a view shows in words (`coded` in i18n.js): `NO_ANSWER` is the text "no answer".
CODED: Final = ("dispatch/models/*.py", "partners/models/*.py", "partners/access.py", "dispatch/rules/ruleset.py")
NOT_SHOWN: Final = re.compile(r"models/(ruleset\w*|whatif|geography|vocabularies|care)\.py")


def _codes() -> Iterator[Text]:
    paths = [path for pattern in CODED for path in sorted(settings.PROJECT_DIR.glob(pattern))]
    for path in paths:
        if NOT_SHOWN.search(_where(path)):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(_last(base) in {"TextChoices", "StrEnum"} for base in node.bases):
                yield from (Text(SCRIPTS, words, _where(path)) for words in _choices(node))
    for node in ast.walk(ast.parse((settings.PROJECT_DIR / CODES).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Disposition":
            yield Text(SCRIPTS, _in_words(ast.literal_eval(node.args[1])), CODES)


def _choices(node: ast.ClassDef) -> Iterator[str]:
    for row in node.body:
        if isinstance(row, ast.Assign):
            value = row.value.elts[0] if isinstance(row.value, ast.Tuple) else row.value
            code = value.value if isinstance(value, ast.Constant) else ""
            if isinstance(code, str) and re.fullmatch(r"UP|[A-Za-z_]{3,}", code):
                yield _in_words(code)


def _in_words(code: str) -> str:
    return code.lower().replace("_", " ")


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _grammar_texts() -> Iterator[str]:
    grammar: dict[str, Any] = json.loads((settings.PROJECT_DIR / GRAMMAR).read_text())
    yield from grammar["reasons"].values()
    for row in [*grammar["kinds"].values(), *grammar["verbs"]]:
        yield from (words for name, words in row.items() if name in GRAMMAR_SAYS and words)
        yield from row.get("says_with", {}).values()


def _is_sentence(words: str) -> bool:
    """Words for people, not a name, a statement for the database or a format."""
    own = re.sub(r"\{\w+\}", "", words)
    if re.search(r"\b(SELECT|INSERT|UPDATE|SET LOCAL|ON CONFLICT|LIKE)\b|%s|^\W*$|\n", words):
        return False
    if re.fullmatch(r"\{\w+\} [a-z]{3,}", words):
        return True
    return bool(
        re.search(r"[A-Za-z]{2,}[,:;.]? +\W*[A-Za-z{]", words) and re.search(r"[A-Za-z]{3,}|[a-z]{2} [a-z]{2}", own)
    )


def _is_label(words: str) -> bool:
    return bool(re.search(r"[a-z]{2,}", words)) and not re.search(r"^[a-z]+_[a-z_]+$|¿", words)


def sayings(tree: ast.AST, fits: Callable[[str], bool]) -> Iterator[str]:
    """String constants and f-strings (their values as `{names}`) that fit; no documentation, nothing for the log."""
    passed: set[int] = set()
    for node in ast.walk(tree):
        passed |= _not_said(node)
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in node.values}
            words = _form(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        if fits(words):
            yield words


def _not_said(node: ast.AST) -> set[int]:
    """The parts of a node that nobody reads: documentation, keyword names of fields, words of the log."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
        return {id(row.value) for row in node.body if isinstance(row, ast.Expr) and isinstance(row.value, ast.Constant)}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        to_log = isinstance(node.func.value, ast.Name) and node.func.value.id == "logger"
        if to_log or node.func.attr in {"execute", "extra"}:
            return {id(part) for part in ast.walk(node)}
    if isinstance(node, ast.keyword) and node.arg in {
        "help_text",
        "verbose_name",
        "description",
        "field",
        "ask_en",
        "ask_es",
    }:
        return {id(part) for part in ast.walk(node)}
    return set()


def _form(node: ast.JoinedStr) -> str:
    """`{number} is not held.` of `f"{call.number} is not held."`; names that come twice are numbered."""
    words: list[str] = []
    taken: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            words.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            name = _name(part.value)
            taken.append(name)
            words.append("{" + (name if taken.count(name) == 1 else f"{name}_{taken.count(name)}") + "}")
    return "".join(words)


def _name(node: ast.expr) -> str:
    """The last word of an expression: `number` of `call.number`, `units` of `", ".join(units)`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            said = name.strip("_")
        case ast.Call(func=ast.Attribute(attr="join"), args=[first]) | ast.Call(func=ast.Name(), args=[first, *_]):
            said = _name(first)
        case ast.Call(func=ast.Attribute(value=inner)) | ast.Subscript(value=inner) | ast.Starred(value=inner):
            said = _name(inner)
        case _:
            said = ""
    return said or "value"
