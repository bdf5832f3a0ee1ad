# What can be done here; `make` alone lists it. Everything lives in .venv and var, both of which
# may be removed at any time (var/coalition.sqlite3 is the database of `make run`).

ifeq ($(and $(wildcard pyproject.toml),$(wildcard tools/environment.py)),)
$(error Please run make inside the folder that holds this Makefile: cd there first, or write make -C FOLDER)
endif

PYTHON = .venv/bin/python
LOCALE = src/coalition/locale
MESSAGES = $(patsubst %.po,%.mo,$(wildcard $(LOCALE)/*/LC_MESSAGES/django.po))

.DEFAULT_GOAL = help
.PHONY: help run test check fix pages bench docs messages lock
.DELETE_ON_ERROR:

help: ## List what can be done
	@echo "make …"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1 \2/p' Makefile | while read -r goal words; do printf '  %-9s %s\n' "$$goal" "$$words"; done

run: .venv/ready $(MESSAGES) ## Start the platform on this machine, with an Example coalition
	@COALITION_DEMO=$${COALITION_DEMO-1} .venv/bin/coalition run

test: .venv/ready-peers $(MESSAGES) ## All tests, on SQLite, on PostgreSQL and in a browser (ARGS="-k words")
	@$(PYTHON) -m tools.tests $(ARGS)

check: .venv/ready-dev $(MESSAGES) ## Format, lint, types, import order, migrations, templates, documents, translations
	@$(PYTHON) -m tools.check

fix: .venv/ready-dev ## Put right what can be put right by itself
	@$(PYTHON) -m tools.fix

pages: .venv/ready-dev $(MESSAGES) ## Every page in a browser: light, usable by everyone; pictures into var/pages
	@$(PYTHON) -m tools.pages $(ARGS)

bench: .venv/ready-peers $(MESSAGES) ## Measure, and write docs/benchmarks.md and docs/computations.md
	@$(PYTHON) -m benchmarks.run
	@$(PYTHON) -m benchmarks.voting.run
	@$(PYTHON) -m benchmarks.computations.run

docs: .venv/ready ## Draw the reference pages of docs/reference from the code
	@.venv/bin/coalition docs
	@$(PYTHON) -m tools.methods

messages: .venv/ready-dev ## Bring the files of translations up to date with the texts in the code
	@$(PYTHON) -m tools.translations --update

lock: .venv/ready ## Choose the newest allowed dependencies anew and pin them with hashes
	@$(PYTHON) -m tools.lock

# --- The environment ------------------------------------------------------------------------
# A stamp stands for each finished step; a step is done again when what it was made from changed.

.venv/ready: requirements/build.txt requirements/base.txt pyproject.toml tools/environment.py
	@command -v python3 >/dev/null || { echo "There is no python3 here. Please install Python 3.11 or newer (on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@python3 tools/environment.py base

.venv/ready-dev: .venv/ready requirements/dev.txt
	@$(PYTHON) tools/environment.py dev

.venv/ready-peers: .venv/ready-dev requirements/peers.txt
	@$(PYTHON) tools/environment.py peers

%.mo: %.po .venv/ready tools/compile_messages.py
	@$(PYTHON) -m tools.compile_messages $< $@
