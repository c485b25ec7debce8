"""One machine, one command: a private PostgreSQL and Valkey, and everything started and watched by `make run`.

bootstrap.py   bare Python: makes `.venv`, installs, then hands over to run.py
run.py         services, migrations, demo data, then the supervisor
supervisor.py  starts, watches, restarts and stops the processes
front.py       the one address: HTTP to `web`, sockets to `live`
disk.py        room on the disk: asked before, watched while it runs
services.py    who uses PostgreSQL and Valkey, and when they stop; postgres.py and valkey.py know how
"""
