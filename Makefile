# make report   run everything at scale demo and say where the report is (TORCH=cpu: with PyTorch for CPUs alone)
# make test     every check: format, lint, tests
# make ask-conda-forge   whether conda-forge has the packages of workflow/envs (needs a network)
# make ask-downloads   whether the official addresses still serve the files of config/datasets.yaml and weights.yaml (about 29 GB;
#                      TARGETS="kth mclain": those that these studies or tables read)
# make benchmark   measure this machine (CONFIGFILE=... for your own copies of data sets)
# make verdicts   how often verdicts are wrong and found, by simulation (some minutes), and the tables that show it
# make engine   write down that a change of the training engine was looked at (see CONTRIBUTING.md)
# make tables   README's table of studies and the pages of docs/results/ anew, from config/studies/ and reference/
# make clean    remove what was computed at SCALE, by default demo (not the downloaded and prepared data)

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
SCALE ?= demo
PIP_FLAGS := --quiet --disable-pip-version-check -c constraints.txt
# Which builds of PyTorch: those of PyPI, which serve NVIDIA GPUs too, or with TORCH=cpu those for CPUs alone, from
# PyTorch's own index.
TORCH ?= default
TORCH_FLAGS_default :=
TORCH_FLAGS_cpu := --extra-index-url https://download.pytorch.org/whl/cpu
ifeq ($(filter default cpu,$(TORCH)),)
$(error TORCH: expected cpu or default, found $(TORCH))
endif

.PHONY: report test check format benchmark ask-conda-forge ask-downloads verdicts tables engine clean

report: $(VENV)/.installed
	$(BIN)/snakemake --cores all --logger rich --config scale=$(SCALE)
	@echo "The report is at $(CURDIR)/report/$(SCALE).html"

test: check
# In the order of collection: the files that last longest, of tests/pipeline, go first.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

ask-conda-forge: $(VENV)/.installed-dev
	REPRISE_CONDA_FORGE=1 $(BIN)/python -m pytest tests/unit/workflow/test_conda_forge.py

ask-downloads: $(VENV)/.installed
	$(BIN)/snakemake --until download $(TARGETS) --config scale=paper seeds=1

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/Snakefile workflow/rules
	$(BIN)/snakemake --lint

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/Snakefile workflow/rules
	$(BIN)/ruff check --fix .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Reprise needs Python 3.11 or newer; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt requirements-report.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing packages into $(VENV) (several gigabytes, a few minutes) ..."
	$(BIN)/pip install $(PIP_FLAGS) $(TORCH_FLAGS_$(TORCH)) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/pip install $(PIP_FLAGS) $(TORCH_FLAGS_$(TORCH)) -r requirements-dev.txt
	@touch $@

benchmark: $(VENV)/.installed
	$(BIN)/python benchmarks/run_all.py $(if $(CONFIGFILE),--configfile $(CONFIGFILE))

verdicts: $(VENV)/.installed
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/verdicts.py

tables: $(VENV)/.installed
	PYTHONPATH=workflow/scripts:docs $(BIN)/python -m pages

engine: $(VENV)/.installed
	$(BIN)/python tests/engine_record.py

clean:
	@case "$(SCALE)" in ""|*[!A-Za-z0-9_-]*) echo "SCALE=$(SCALE): expected the name of one scale"; exit 1;; esac
	rm -rf results/$(SCALE) report/$(SCALE).html report/.$(SCALE).html.origin report/$(SCALE)-preview.html report/$(SCALE).crate.zip
