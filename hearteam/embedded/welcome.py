"""What a newcomer reads once everything runs: where to go, and who to be."""

import json
import urllib.error
import urllib.request
from pathlib import Path

from hearteam.embedded.address import Address

ROLES = (
    ("dispatcher", "/", "console: triage, dispatch, the live board"),
    ("calltaker", "/", "takes calls"),
    ("responder-CRT1", "/unit/", "the crisis team's tablet"),
    ("officer", "/unit/", "a police officer's tablet"),
    ("clinical-lead-CRT", "/reports/", "leads the crisis team, follow-up"),
    ("supervisor", "/admin/", "teams, hours, shifts, people, rulesets"),
    ("auditor", "/reports/", "reads, changes nothing"),
)


def what_is_missing(address: Address) -> str:
    """Empty when `/readyz` says that all is well; else its words."""
    try:
        with urllib.request.urlopen(f"{address.url}/readyz", timeout=3):
            return ""
    except urllib.error.HTTPError as error:
        try:
            return str(json.load(error)["detail"])
        except (ValueError, KeyError):
            return f"The address answers {error.code}."
    except OSError:
        return "The address does not answer yet."


def text(home: Path, address: Address, seconds: float) -> str:
    lines = [
        "",
        f"HEARTeam is running after {seconds:.1f} s:  {address.url}",
        f"  map {address.url}/map/   board {address.url}/board/   API {address.url}/api/docs/",
        "",
        "Sign in as (invented people, for this machine only):",
        *sign_in_lines(home),
        "",
        f"Tokens for programs: {home / 'demo.json'}    Logs: {home / 'logs'}",
        "Ctrl-C stops all of it and keeps the data.",
        "",
    ]
    return "\n".join(lines)


def sign_in_lines(home: Path) -> list[str]:
    try:
        users = json.loads((home / "demo.json").read_text())["users"]
    except (OSError, ValueError, KeyError):
        return ["  (no demo people: demo.json is missing)"]
    return [
        f"  {who:18} {users[who]['username']:20} {users[who]['password']:24} {page:10} {what}"
        for who, page, what in ROLES
        if who in users
    ]
