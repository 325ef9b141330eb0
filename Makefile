# Everything a developer or a new user runs; each target makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test lint types imports docs-check unit docs translations samples picture bench bench-peers bench-public fuzz drill wheel-check clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

# What crmclean does, on an invented base of 300 clients.
demo: $(VENV)/.installed
	@rm -rf $(DEMO) && mkdir $(DEMO) && cp samples/bitrix24_contacts.csv $(DEMO)/
	@$(BIN)/crmclean dedup $(DEMO)/bitrix24_contacts.csv \
		--output $(DEMO)/bitrix24_contacts.clean.csv \
		--report $(DEMO)/bitrix24_contacts.report.html \
		--review $(DEMO)/bitrix24_contacts.review.xlsx
	@echo "  (crmclean of this checkout is $(BIN)/crmclean)"

# That pages and translations are what their sources give is among the tests.
test: lint types imports unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

# Generated pages and compiled translations must be what their sources give.
docs-check: $(VENV)/.dev
	$(BIN)/python -m tools.docs --check
	$(BIN)/python -m tools.translations --check

unit: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto

docs: $(VENV)/.dev
	$(BIN)/python -m tools.docs

translations: $(VENV)/.dev
	$(BIN)/python -m tools.translations

samples: $(VENV)/.dev
	$(BIN)/python -m benchmarks.make_samples

# The picture of the terminal report in the README.
picture: $(VENV)/.dev
	$(BIN)/python -m tools.picture

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.io
	$(BIN)/python -m benchmarks.fields
	$(BIN)/python -m benchmarks.phone_spellings
	$(BIN)/python -m benchmarks.dedup --rows 10000 100000 --runs 5
	$(BIN)/python -m benchmarks.quality
	$(BIN)/python -m benchmarks.samples
	$(BIN)/python -m benchmarks.dead
	$(BIN)/python -m benchmarks.deals
	$(BIN)/python -m benchmarks.cadence
	$(BIN)/python -m benchmarks.hygiene
	$(BIN)/python -m benchmarks.segment

# crmclean beside other tools: each in an environment of its own, which pip fills once (.peers).
bench-peers: $(VENV)/.dev
	$(BIN)/python -m benchmarks.peers --page docs/benchmark.md
	$(BIN)/python -m benchmarks.peers --speed --rows 1000000 --page docs/benchmark.md

bench-public: $(VENV)/.dev
	$(BIN)/python -m benchmarks.public_sets --page docs/benchmark.md

# A hundred thousand damaged files: each ends in a table or in a clear error. And what must always hold, tried at length.
fuzz: $(VENV)/.dev
	$(BIN)/python -m benchmarks.fuzz_readers
	CRMCLEAN_EXAMPLES=long $(BIN)/python -m pytest --numprocesses auto

# The nightly run killed at random moments, twice at once, on a full disk; then thirty nights of a base that changes.
drill: $(VENV)/.dev
	$(BIN)/python -m benchmarks.drill
	$(BIN)/python -m benchmarks.nights

# The wheel alone, in an empty environment: data files and translations are inside.
wheel-check: $(VENV)/.dev
	$(BIN)/python -m tools.wheel_check

clean:
	rm -rf $(VENV) $(DEMO) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
