# make run     the whole system on this machine          make test    everything that tests it
# make lint    style, types, structure                   make bench   measurements
# Needs only Python 3.11 or newer; PORT, HOST, TRAFFIC and HEARTEAM_HOME are honoured (docs/operations.md).

SHELL := /bin/sh
BIN := .venv/bin
DATA := $(or $(HEARTEAM_TEST_DATA),../shared/data)

# A Python is tried, not looked up: a name on the path may be a stub or too old.
define BOOTSTRAP
for python in python3 python3.13 python3.12 python3.11 python; do \
  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
    exec $$python hearteam/embedded/bootstrap.py $(1); \
  fi; \
done; \
echo "HEARTeam needs Python 3.11 or newer, and found none. Debian: apt-get install python3 python3-venv" >&2; exit 1
endef

.PHONY: run install test test-reliability soak test-data lint bench bench-history clean

run:
	@$(call BOOTSTRAP,run)

install:
	@$(call BOOTSTRAP,dev)

test: install
	@$(BIN)/python -m tests.run

# Faults, crashes and long races.
test-reliability: install
	@$(BIN)/python -m tests.tools
	@$(BIN)/python -m pytest -m reliability tests/rules -n 2
	@$(BIN)/python -m pytest -m reliability --ignore tests/rules --durations=15

# An hour of load with every kill twenty times, if there is time for it; MINUTES=6 for less. The report: var/soak-report.md
soak: install
	@$(BIN)/python -m tests.reliability.soak

# What needs recorded data; skipped where there is none.
test-data: install
	@HEARTEAM_TEST_DATA=$(DATA) $(BIN)/python -m pytest -m data

lint: install
	@$(BIN)/python -m tests.tools
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.typecheck
	cd static/vendor && sha256sum --check --quiet CHECKSUMS

bench: install
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.live
	$(BIN)/python -m benchmarks.front
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.commands
	$(BIN)/python -m benchmarks.calls
	$(BIN)/python -m benchmarks.screen

# A million calls are made once: 40 GB in HEARTEAM_HOME/history and half an hour.
bench-history: install
	$(BIN)/python -m benchmarks.history

# Everything that can be made again. The data in HEARTEAM_HOME (var/) stays.
clean:
	rm -rf .venv node_modules staticfiles var/test var/test-results .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
