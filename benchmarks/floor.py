"""The floor under the live path: one commit, one PUBLISH, the same bytes to every socket, and nothing else.

No Django, no queues, no permissions: a bare uvicorn that takes commands in threads with kept connections, and passes on
what Redis says. Beside it, for a stricter floor, a bare gunicorn that takes the commands in its place, as the product
has its web process apart. Both are started with the product's own options. They lose what a slow reader or Redis loses,
and pass on in whatever order the threads publish; the product does not.
FLOOR_FRAME is a file with an event of the product, whose version the floor replaces.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg2
import redis
import redis.asyncio

from benchmarks.system import System
from hearteam.embedded import children
from hearteam.embedded.processes import wait_until
from hearteam.settings.environment import PROJECT_DIR

CHANNEL = "floor.events"
TABLES = """
    CREATE TABLE IF NOT EXISTS floor_stream (version bigint NOT NULL);
    CREATE TABLE IF NOT EXISTS floor_event (v bigint PRIMARY KEY, frame text NOT NULL);
    TRUNCATE floor_stream, floor_event;
    INSERT INTO floor_stream VALUES (0);
"""
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
mine = threading.local()
threads = ThreadPoolExecutor(8)
sockets: dict[int, Send] = {}


def frame(v: int, mark: str) -> str:
    """The sample with this version and mark in it."""
    sample = re.sub(r"^\{\"v\":\d+", f'{{"v":{v}', Path(os.environ["FLOOR_FRAME"]).read_text())
    return re.sub(r"mark-\d+-", mark, sample)


def command(body: bytes) -> None:
    """Next version, one row, commit, publish."""
    mark = json.loads(body)["text"][: len("mark-000000-")]
    if not hasattr(mine, "database"):
        mine.database = psycopg2.connect(os.environ["DATABASE_URL"])
        mine.redis = redis.Redis.from_url(os.environ["REDIS_URL"])
    with mine.database, mine.database.cursor() as cursor:
        cursor.execute("UPDATE floor_stream SET version = version + 1 RETURNING version")
        v = cursor.fetchone()[0]
        text = frame(v, mark)
        cursor.execute("INSERT INTO floor_event VALUES (%s, %s)", [v, text])
    mine.redis.publish(CHANNEL, text)


def web(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Commands in a process of their own."""
    command(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


async def live(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Commands, and followers of everything that is published."""
    if scope["type"] == "lifespan":
        await receive()
        following = asyncio.create_task(follow())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        following.cancel()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "http":
        body = (await receive())["body"]
        await asyncio.get_running_loop().run_in_executor(threads, command, body)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": f'{{"type":"heartbeat","head":{head()}}}'})
    sockets[id(send)] = send
    while (await receive())["type"] != "websocket.disconnect":
        pass
    sockets.pop(id(send), None)


def head() -> int:
    if not hasattr(mine, "database"):
        mine.database = psycopg2.connect(os.environ["DATABASE_URL"])
    with mine.database, mine.database.cursor() as cursor:
        cursor.execute("SELECT version FROM floor_stream")
        return int(cursor.fetchone()[0])


async def follow() -> None:
    async with redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]).pubsub(ignore_subscribe_messages=True) as told:
        await told.subscribe(CHANNEL)
        while True:
            message = await told.get_message(timeout=60)
            if message is not None:
                event = {"type": "websocket.send", "text": message["data"].decode()}
                for send in list(sockets.values()):
                    await send(event)


@contextmanager
def beside(system: System, sample: bytes, folder: Path) -> Iterator[tuple[Path, Path, int]]:
    """The floor on the services of `system`; yields its sockets as `web` and `live` of `system`, and live's process."""
    folder.mkdir()
    (folder / "frame").write_bytes(sample)
    database = psycopg2.connect(system.environment["DATABASE_URL"])
    with database, database.cursor() as cursor:
        cursor.execute(TABLES)
    database.close()
    running = []
    environment = {**system.environment, "FLOOR_FRAME": str(folder / "frame")}
    for command in (bare(children.web(folder), "web"), [sys.executable, *bare(children.live(folder), "live")]):
        with (folder / "log").open("ab") as log:
            running.append(subprocess.Popen(command, cwd=PROJECT_DIR, env=environment, stdout=log, stderr=log))
    try:
        if not wait_until(lambda: (folder / "web.sock").exists() and (folder / "live.sock").exists(), 30):
            raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
        yield folder / "web.sock", folder / "live.sock", running[-1].pid
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


def bare(command: list[str], what: str) -> list[str]:
    """The product's command with the floor's application, and uvicorn's own protocol."""
    command = [f"benchmarks.floor:{what}" if word.endswith(":application") else word for word in command]
    if "--ws" in command:
        command[command.index("--ws") + 1] = "websockets-sansio"
    return command
