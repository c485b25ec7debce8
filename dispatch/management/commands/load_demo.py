"""Add the demo's invented people and units, and write how to sign in to `$HEARTEAM_HOME/demo.json` (mode 0600)."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dispatch import reference
from dispatch.actions.demo import demo_load

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


class Command(BaseCommand):
    help = "Add the demo's people and units. Refuses with production settings."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo adds invented people with known passwords: never on a real installation.")
        path = Path(settings.HEARTEAM_HOME) / "demo.json"
        plan = reference.demo()
        kept = known_passwords(path)
        new = {who: secrets.token_urlsafe(9) for who in plan["users"] if who not in kept}
        accounts = demo_load(plan=plan, passwords=new)
        users = {
            who: {"username": account.username, "password": account.password or kept[who], "token": account.token}
            for who, account in accounts.items()
            if who in plan["users"]
        }
        programs = {who: {"username": who, "token": accounts[who].token} for who in plan["programs"]}
        write_private(path, {"base_url": base_url(), "users": users, "programs": programs})
        self.stdout.write(f"Demo: {len(users)} people can sign in, see {path}.")


def known_passwords(path: Path) -> dict[str, str]:
    """Who -> password of an earlier run; empty when there is no readable file."""
    try:
        users = json.loads(path.read_text(encoding="utf-8"))["users"]
        return {who: str(row["password"]) for who, row in users.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def base_url() -> str:
    """The one address a browser needs."""
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    if host in EVERY_ADDRESS:
        host = "127.0.0.1"
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{os.environ.get('PORT', '').strip() or '8000'}"


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    draft.replace(path)
