# make build   the binary at build/maru            make test    every test (unit, transcripts, conformance, e2e, faults)
# make demo    the bikes project, once round        make bench   every benchmark, ours beside the peer and the bound
# make check   layers, format, lint                 make format  clang-format over the tree
PRESET ?= release
JOBS   ?= $(shell nproc)
NODE_BIN := $(CURDIR)/.cache/node/node_modules/node/bin
NODE_MODULES_BIN := $(CURDIR)/.cache/node/node_modules/.bin
export PATH := $(if $(wildcard $(NODE_BIN)/node),$(NODE_BIN):$(NODE_MODULES_BIN):,)$(CURDIR)/.venv/bin:$(PATH)
BUILD  := build/$(PRESET)

.PHONY: build compile web demo test bench check format clean setup

build: setup web
	@$(MAKE) --no-print-directory compile

setup:
	@scripts/setup build

compile:
	@mkdir -p build
	@cmake --preset $(PRESET) >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@cmake --build --preset $(PRESET) -j $(JOBS)
	@ln -sfn $(PRESET)/src/app/maru build/maru

web: web/dist/index.html
web/dist/index.html: web/package-lock.json $(shell find web/src web/index.html web/vite.config.ts -type f 2>/dev/null)
	@cd web && npm ci --silent --no-fund --no-audit && npm run build --silent

demo:
	@scripts/setup demo
	@$(MAKE) --no-print-directory build
	@build/maru demo

test:
	@scripts/setup test
	@$(MAKE) --no-print-directory build
	@scripts/test

bench:
	@scripts/setup test
	@$(MAKE) --no-print-directory build PRESET=bench
	@bench/run

check:
	@scripts/check_layers
	@scripts/check_format
	@scripts/lint

format:
	@command -v clang-format-14 >/dev/null || { echo "make format wants clang-format-14: apt-get install clang-format-14"; exit 1; }
	@git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'bench/*.cc' | xargs -r clang-format-14 -i

clean:
	@rm -rf build
