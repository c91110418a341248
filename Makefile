# All set-up is part of each target: `make run` for the main job, `make test` for the tests.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: hostile fuzz audit run test browser check format docs new-case accept floor judges bench bench-archive bench-crawl train pictures bench-web bench-speed lock clean help

run: $(VENV)/.run  ## clean and archive one article (URL=https://… for a real one, else a demo site on loopback)
	@$(BIN)/python fixtures/demo.py $(URL)

test: $(VENV)/.dev $(VENV)/.judges browser  ## run every test
	$(BIN)/pytest

browser:  ## chromium and axe-core for the tests in a browser, where they can be had
	@tests/browser/install.sh

check: $(VENV)/.dev  ## format, lint, types, import floors, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/check.py
	$(BIN)/python docs/site.py

format: $(VENV)/.dev  ## rewrite the code the way check wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.dev  ## write the generated pages, docs/rules.md and docs/cli.md
	$(BIN)/python docs/generate.py

pictures: $(VENV)/.dev browser  ## draw the pictures in the documents anew, from what is really printed and shown
	$(BIN)/python docs/pictures.py
	CLEANER_PICTURES=docs/pictures $(BIN)/pytest -q tests/web/test_web_browser.py -k has_its_picture

new-case: $(VENV)/.dev  ## an empty case folder (NAME=kind-what-where)
	@$(BIN)/python tests/case_tools.py new $(or $(NAME),$(error say NAME=kind-what-where))

accept: $(VENV)/.dev  ## write a case's expectations from the present output and show the difference (CASE=name)
	@$(BIN)/python tests/case_tools.py accept $(or $(CASE),$(error say CASE=name))

floor: $(VENV)/.dev  ## the cases' figures against their pins in fixtures/floor.json
	@$(BIN)/python tests/case_tools.py floor

bench: $(VENV)/.run  ## figures on the evaluation pages, where they stand beside the project (EVERY=10: a quick look; FOLDS=folder: out of fold)
	@$(BIN)/python tests/bench/report.py --every $(or $(EVERY),1) $(if $(FOLDS),--folds $(FOLDS))

bench-archive: $(VENV)/.dev  ## the archive's figures: writing, capture, odd answers, scale, writers, kills (QUICK=1: a tenth; ONLY=kills: some)
	@$(BIN)/python tests/bench/archive.py $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

bench-crawl: $(VENV)/.run  ## the crawl's CPU, memory and fetches on a farm of 5 hosts and 1,500 pages on loopback (KILL=1: killed and resumed; NEWS=1: pages of news size)
	@$(BIN)/python tests/bench/crawl.py $(if $(KILL),--kill) $(if $(NEWS),--news)

judges: $(VENV)/.judges  ## the outside programs that must take our WARC files, in environments of their own
	@echo "the judges stand in $(VENV)/judges and $(VENV)/replay"

bench-speed: $(VENV)/.dev  ## CPU beside trafilatura, text mode, growth, batch (PAGES=200; ONLY=batch; ONLY=ray, ONLY=memory: long ones)
	@$(BIN)/python tests/bench/speed.py --pages $(or $(PAGES),200) $(if $(ONLY),--only $(ONLY))

bench-web: $(VENV)/.dev  ## how long the pages of an archive of 10,000 articles take
	@$(BIN)/python tests/bench/web.py

train: $(VENV)/.train  ## train the scorer (SETS=folder of page sets, FOLDS=folder for the fold models)
	$(BIN)/python tests/bench/train.py $(or $(SETS),$(error say SETS=folder)) --folds $(or $(FOLDS),build/folds)

lock:  ## pin what pyproject.toml asks for, naming no host (needs uv)
	uv pip compile --universal --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --universal --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml \
		--extra browser --extra mcp --extra parquet --extra ray --extra web \
		--group test --group check --group docs -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml \
		--extra train -c requirements.lock -o requirements-train.lock
	uv pip compile --universal --no-header --no-annotate --generate-hashes --python-version 3.11 \
		--group build -c requirements-dev.lock -o requirements-build.lock
	for group in judges replay; do uv pip compile --universal --no-header --no-annotate --generate-hashes --python-version 3.11 \
		--group $$group -o requirements-$$group.lock || exit 1; done

hostile: $(VENV)/.dev  ## every hostile endpoint and page through the command line (minutes)
	HOSTILE=1 $(BIN)/pytest tests/hostile

fuzz: $(VENV)/.dev  ## many made inputs for everything that reads what strangers send (COUNT=100000, TARGET=name; ENGINE=atheris SECONDS=60: led by coverage)
	$(BIN)/python tests/fuzz/$(if $(filter atheris,$(ENGINE)),guided.py --seconds $(or $(SECONDS),60),longrun.py --count $(or $(COUNT),100000)) $(if $(TARGET),--target $(TARGET))

audit:  ## known faults of the pinned packages (by hand: needs the network and pip-audit's own venv)
	@$(PYTHON) -m venv build/audit && build/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	build/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "make: $(PYTHON) -m venv failed; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/.train: requirements-train.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-train.lock
	@touch $@

$(VENV)/.judges: requirements-judges.lock requirements-replay.lock | $(VENV)/bin/python
	@for name in judges replay; do \
		$(PYTHON) -m venv $(VENV)/$$name && $(VENV)/$$name/bin/python -m pip install --quiet --disable-pip-version-check \
			--require-hashes --no-deps -r requirements-$$name.lock || exit 1; done
	@touch $@

clean:  ## remove what make made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

help:  ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*##  *\(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name what; do printf '%-10s %s\n' "$$name" "$$what"; done
