# Two commands: `make demo` and `make test`. Both set up a .venv from requirements.lock first, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed
DEMO := data/demo
DAY := 2026-06-26
# The spring's teacher assessments come after the first release, and restate what that said of half terms gone by.
LATE := attainment/attainment_teacher_2025-26_spring.csv

LOCKED := tests/support/clients/locked
SPARK := $(VENV)/spark
CLIENTS := $(patsubst $(LOCKED)/%.txt,$(VENV)/clients/%/.installed,$(wildcard $(LOCKED)/*.txt))

.PHONY: help setup demo docs check test browser fuzz clients test-spark lint lint-python audit sbom lock dev clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(SETUP) ## Create .venv with every version locked by hash

$(SETUP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock && \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		echo "Installing the locked versions into $(VENV), once; this takes a minute or two." && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(SETUP)

demo: $(SETUP) ## Make an invented county of 8,000 children, build its warehouse and print the zone dashboard
	@rm -rf $(DEMO)
	@$(BIN)/earlyhelp synth --size demo --seed 1 --out $(DEMO)/county
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp init
	@find $(DEMO)/county/extracts -type f ! -path '*/$(LATE)' -print0 | EARLYHELP_HOME=$(DEMO)/home xargs -0 $(BIN)/earlyhelp deliver
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp build --as-of $(DAY)
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp deliver $(DEMO)/county/extracts/$(LATE)
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp build --as-of $(DAY)
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp dashboard
	@echo; echo "Open it as pages, as any user of this county:"
	@echo "  EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp serve-dashboard --dev-login"

docs: $(SETUP) ## Compare the printed answers with the demo (make it first), then build site/ for opening offline
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp docs --check --county $(DEMO)/county
	@EARLYHELP_HOME=$(DEMO)/home $(BIN)/earlyhelp docs --out site

SQL := models tests/dbt
SQL_AT_WORK = $(shell git ls-files --modified --others --exclude-standard -- $(SQL:%='%/*.sql') | sort -u | xargs -r ls -d 2>/dev/null)

# SQL that is not committed yet is linted: all of it takes half a minute, and `make lint` does. test_architecture reads
# the whole project with dbt, so that nothing here need parse it once more.
check: $(SETUP) lint-python ## Lint, types, quick unit tests and dbt parse, in under a minute: for while you work
	@$(if $(SQL_AT_WORK),$(BIN)/sqlfluff lint --disable-progress-bar $(SQL_AT_WORK))
	@$(BIN)/python -m pytest tests/unit -m "not slow" -n auto --dist loadgroup --no-loadscope-reorder

test: $(SETUP) lint ## Lint, types, and every test but those in a browser, on a small county
	@$(BIN)/python -m pytest --ignore tests/browser --ignore tests/spark -n auto --dist loadgroup --no-loadscope-reorder --durations 10

BROWSERS := chromium chromium-browser google-chrome
CHROMIUM = $(firstword $(foreach name,$(EARLYHELP_CHROMIUM) $(BROWSERS),$(shell command -v $(name) 2>/dev/null)))
PICTURES :=
FILMS :=
AXE :=
ROUTES :=

browser: $(SETUP) ## Open the dashboard in a Chromium, which is installed where root may; PICTURES=docs/pictures draws them anew, FILMS=docs/films films, AXE=docs/reference/accessibility.md and ROUTES=1 write their tables
	@if [ -z "$(CHROMIUM)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium from the system's packages." && \
		{ apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; }; } || true ; \
	fi
	@for name in $(EARLYHELP_CHROMIUM) $(BROWSERS); do command -v $$name >/dev/null 2>&1 && exit 0; done; \
		echo "There is no Chromium, and it could not be installed: install the package chromium, or name one in EARLYHELP_CHROMIUM. The browser tests did not run." >&2; exit 1
	@EARLYHELP_PICTURES=$(PICTURES) EARLYHELP_FILMS=$(FILMS) EARLYHELP_AXE=$(AXE) EARLYHELP_ROUTES=$(ROUTES) $(BIN)/python -m pytest tests/browser -n auto --dist loadgroup --no-loadscope-reorder

SECONDS := 600

fuzz: $(SETUP) ## Read files made at random for SECONDS (600), from another beginning each time
	@EARLYHELP_FUZZ_SECONDS=$(SECONDS) EARLYHELP_FUZZ_SEED=$$(date +%s) \
		$(BIN)/python -m pytest tests/faults/test_fuzzed_files.py --timeout $$(($(SECONDS) + 600))

clients: $(SETUP) $(CLIENTS) $(VENV)/clients/node/.installed ## Open a release with the clients that BI tools use; PICTURES=docs/bi-tools draws Superset anew, of the demo
	@$(BIN)/python -m pytest tests/clients --timeout 1200
	@$(if $(PICTURES),$(BIN)/python -m tests.support.clients.pictures $(DEMO)/home/current/early_help.duckdb $(PICTURES))

$(VENV)/clients/%/.installed: $(LOCKED)/%.txt
	@echo "Installing the client $*."
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

$(VENV)/clients/node/.installed: $(LOCKED)/node/package-lock.json
	@mkdir -p $(@D) && cp $(LOCKED)/node/package*.json $(@D)
	@if command -v npm >/dev/null 2>&1; then echo "Installing the client node." && \
		npm ci --prefix $(@D) --silent --no-audit --no-fund && touch $@ ; \
	else echo "npm is not installed: the client for Node is left out." ; fi

test-spark: $(SETUP) $(SPARK)/.installed ## Build a hamlet on Apache Spark too, and hold every table against DuckDB's; needs a Java runtime
	@if ! command -v java >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing a Java runtime from the system's packages." && \
		{ apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null; }; } || true ; \
	fi
	@command -v java >/dev/null 2>&1 || { echo "There is no Java runtime: install the package default-jre-headless. Nothing ran on Spark." >&2; exit 1; }
	@$(BIN)/python -m pytest tests/spark --timeout 1200

$(SPARK)/.installed: requirements-spark.lock
	@echo "Installing Apache Spark into $(SPARK), once; this takes a minute."
	@$(PYTHON) -m venv --clear $(SPARK)
	@$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

lint: $(SETUP) lint-python ## Check the style and the types of Python, and the style of SQL
	@$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 $(SQL)

lint-python: $(SETUP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

audit: $(SETUP) ## Hold requirements.lock against published advisories: make audit ADVISORIES=file.zip
	@$(BIN)/earlyhelp dependencies audit $(ADVISORIES)

sbom: $(SETUP) ## Write the bill of materials of requirements.lock to sbom.cdx.json
	@$(BIN)/earlyhelp dependencies sbom --out sbom.cdx.json

LOCKING := --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-strip-extras --no-emit-index-url --no-emit-find-links
EXTRA_SPARK := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")

lock: ## Compile requirements.lock and requirements-spark.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev $(LOCKING) -o requirements.lock
	$(PYTHON) -c '$(EXTRA_SPARK)' | uv pip compile - -c requirements.lock $(LOCKING) -o requirements-spark.lock

dev: $(SETUP) ## Open Dagster on http://127.0.0.1:3000
	@$(BIN)/earlyhelp serve

clean: ## Remove what can be made again: .venv, dbt's target, the tests' homes, the demo and the site
	rm -rf $(VENV) target .pytest_cache $(DEMO) site
