# make report   run everything at scale demo and say where the report is
# make test     every check: format, lint, tests
# make ask-conda-forge   whether conda-forge has the packages of workflow/envs (needs a network)
# make benchmark   measure this machine (CONFIGFILE=... for your own copies of data sets)
# make tables   README's tables anew: of reference runs, and of what is counted
# make clean    remove what was computed at SCALE, by default demo (not the downloaded and prepared data)

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
SCALE ?= demo
PIP_FLAGS := --quiet --disable-pip-version-check -c constraints.txt

.PHONY: report test check format benchmark ask-conda-forge tables clean

report: $(VENV)/.installed
	$(BIN)/snakemake --cores all --logger rich --config scale=$(SCALE)
	@echo "The report is at $(CURDIR)/report/$(SCALE).html"

test: check
# In the order of collection: the files that last longest, of tests/pipeline, go first.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

ask-conda-forge: $(VENV)/.installed-dev
	REPRISE_CONDA_FORGE=1 $(BIN)/python -m pytest tests/unit/workflow/test_conda_forge.py

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/rules
	$(BIN)/ruff check --fix .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Reprise needs Python 3.11 or newer; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt requirements-report.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing packages into $(VENV) (several gigabytes, a few minutes) ..."
	$(BIN)/pip install $(PIP_FLAGS) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/pip install $(PIP_FLAGS) -r requirements-dev.txt
	@touch $@

benchmark: $(VENV)/.installed
	$(BIN)/python benchmarks/run_all.py $(if $(CONFIGFILE),--configfile $(CONFIGFILE))

tables: $(VENV)/.installed
	$(BIN)/python docs/readme_tables.py

clean:
	@case "$(SCALE)" in ""|*[!A-Za-z0-9_-]*) echo "SCALE=$(SCALE): expected the name of one scale"; exit 1;; esac
	rm -rf results/$(SCALE) report/$(SCALE).html report/.$(SCALE).html.origin report/$(SCALE)-preview.html
