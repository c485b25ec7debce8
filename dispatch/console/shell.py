"""What the responder page opens with when there is no network: the shell, the files it is made of, and the release
they belong to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

ENTRY = "dispatch/js/views/unit.js"
BESIDE = (
    "dispatch/js/theme.js",
    "dispatch/css/tokens.css",
    "dispatch/css/base.css",
    "dispatch/css/unit.css",
    "dispatch/css/crew.css",
    "dispatch/icons/icon.svg",
)
PACKAGES = {"lit-html": "vendor/lit-html@3.3.0/lit-html.js"}
"""Modules that are named without a path: as in templates/dispatch/importmap.html."""
WORKER_SCRIPTS = ("dispatch/js/sw/shell.js",)
"""What the service worker is made of, in this order."""
MADE_FROM = (
    "templates/base.html",
    "templates/dispatch/unit.html",
    "templates/dispatch/importmap.html",
    "locale/es/LC_MESSAGES/django.mo",
    "locale/es/LC_MESSAGES/djangojs.mo",
)
"""What else the shell's HTML comes from."""

_IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Release:
    """`name`: a hash over everything; `files`: address of each file -> SHA-256 in base64."""

    name: str
    files: dict[str, str]


def current() -> Release:
    """The release this process serves. Where files may change under a running server, they are looked at each time."""
    paths = _file_paths() if getattr(settings, "WHITENOISE_USE_FINDERS", False) else _file_paths_once()
    changed = tuple(path.stat().st_mtime_ns for path in paths.values())
    return _release(tuple(paths.items()), changed)


@lru_cache(maxsize=1)
def _file_paths_once() -> dict[str, Path]:
    return _file_paths()


@lru_cache(maxsize=1)
def _release(paths: tuple[tuple[str, Path], ...], changed: tuple[int, ...]) -> Release:
    del changed  # only tells whether the files are still those that were read
    whole = hashlib.sha256()
    files = {}
    for name, path in paths:
        content = path.read_bytes()
        digest = hashlib.sha256(content)
        whole.update(name.encode() + b"\0" + digest.digest())
        if not name.startswith("/") and name not in WORKER_SCRIPTS:
            files[unquote(static(name))] = base64.b64encode(digest.digest()).decode()
    return Release(whole.hexdigest()[:16], files)


def _file_paths() -> dict[str, Path]:
    """Each static file by its name, and what the HTML is made from by `/path`."""
    names = [*_modules(ENTRY), *BESIDE, *WORKER_SCRIPTS]
    return {name: _found(name) for name in names} | {f"/{name}": settings.PROJECT_DIR / name for name in MADE_FROM}


def _modules(entry: str) -> list[str]:
    """The module and all it imports, in the order in which they are met."""
    met = [entry]
    for name in met:
        met += [one for one in _imports(name) if one not in met]
    return met


def _imports(name: str) -> Iterator[str]:
    for said in dict.fromkeys(_IMPORTED.findall(_code(_found(name)))):
        if said.startswith("."):
            yield normpath(join(dirname(name), said))
        elif said in PACKAGES:
            yield PACKAGES[said]


def _code(path: Path) -> str:
    """The source without its comments, which name types of other files."""
    return re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)


def _found(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str), f"{name} is not among the static files"
    return Path(found)


def worker_script(page: str, shells: dict[str, str]) -> str:
    """The service worker: what it keeps, and the scripts that do it. Its text changes with every release."""
    release = current()
    told = {"release": release.name, "page": page, "shells": shells, "files": release.files}
    scripts = ", ".join(json.dumps(static(name)) for name in WORKER_SCRIPTS)
    return f"self.SHELL = {json.dumps(told)};\nimportScripts({scripts});\n"
