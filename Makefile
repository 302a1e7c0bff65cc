# Two commands matter to a newcomer: `make demo` and `make test`. Each installs what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export PATH := $(CURDIR)/node_modules/.bin:$(CURDIR)/.cache/bin:$(PATH)

BACKEND ?= local
N ?= 50
CASE ?= backupsession/snapshot-seen-is-running
SEEDS ?= 100
FROM ?= 1
HOURS ?= 24
WORKERS ?= 1
DIR ?= ../shared/conformance
installed := node_modules/.package-lock.json
sources := $(shell find hooks mover sandbox -name '*.ts' 2>/dev/null)

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(installed): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

.PHONY: restic
restic:
	@mover/tools/find-restic.sh >/dev/null

.PHONY: demo
demo: build restic ## Back up, destroy, restore and compare real data (BACKEND=local|s3, KEEP=1 leaves the hooks running)
	@METASTASH_RESTIC=$$(mover/tools/find-restic.sh) tsx sandbox/demo/main.ts --backend $(BACKEND) $(if $(KEEP),--keep)

.PHONY: test
test: lint typecheck verify build restic ## Lint, type-check and run every test that needs no cluster
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) mocha test

.PHONY: test-stores
test-stores: build restic ## Run the mover against real S3, Azure and GCS servers on this machine
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) mocha --config .mocharc.stores.yaml

.PHONY: test-cluster
test-cluster: build ## Run the tests that need a real API server (KUBECONFIG)
	@test -n "$${KUBECONFIG:-}" || { echo "test-cluster needs KUBECONFIG of a cluster that may be written to" >&2; exit 1; }
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) mocha --config .mocharc.cluster.yaml

.PHONY: e2e
e2e: build restic versitygw ## Run the scenarios on a real cluster, under Metacontroller where it is on PATH (KUBECONFIG, SCENARIOS="s3 hooks")
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) mocha --config .mocharc.e2e.yaml \
		$(if $(SCENARIOS),$(SCENARIOS:%=test/e2e/%.test.ts),'test/e2e/**/*.test.ts')

.PHONY: guides
guides: build restic versitygw ## Run KubeStash's own workload guides (DIR=checkout of kubestash/docs; needs what e2e needs)
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) tsx test/guides/main.ts $(DIR)

# Built before the tests, whose hooks have no minutes to wait for a compiler.
.PHONY: versitygw
versitygw:
	@test/tools/versitygw.sh >/dev/null

.PHONY: bench-cluster
bench-cluster: build restic ## Measure a session beside a bare Job of the same image and volume (needs what e2e needs)
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) tsx bench/cluster/main.ts $(if $(TIMELINE),--timeline)

.PHONY: simulate
simulate: build/simulate.js ## Hunt faults in virtual months (SEEDS=n FROM=s HOURS=h WORKERS=w; SEED=s tells one story)
	node build/simulate.js $(if $(SEED),--seed=$(SEED) --trace,--from=$(FROM) --seeds=$(SEEDS) --hours=$(HOURS) --workers=$(WORKERS))

.PHONY: simulate-mutants
simulate-mutants: $(installed) ## Plant known bugs and show that the simulation catches each (MUTANTS="M01 M02")
	tsx sandbox/simulation/mutant-run.ts $(MUTANTS) $(if $(SECONDS_EACH),$(SECONDS_EACH)s)

build/simulate.js: $(installed) $(sources)
	tsx sandbox/simulation/build.ts

.PHONY: test-installed
test-installed: build ## Install the overlays on a real API server without nodes, with the real Metacontroller (KUBECONFIG, AUDIT_LOG)
	mocha --config .mocharc.installed.yaml

.PHONY: conformance
conformance: $(installed) ## Replay recordings of the real Metacontroller (DIR=folder)
	tsx sandbox/conformance/main.ts $(DIR)

.PHONY: lint
lint: $(installed) ## Check style, import directions and purity
	eslint .
	prettier --check --log-level warn .

.PHONY: typecheck
typecheck: $(installed)
	tsc -p .

.PHONY: build
build: build/hooks.js build/mover.js ## Bundle the hooks and the mover

# Dependencies written as CommonJS call require(), which a module bundle does not have by itself.
build/hooks.js: $(installed) $(sources)
	esbuild hooks/server.ts --bundle --platform=node --target=node20 --format=esm --log-level=warning --legal-comments=none \
		--banner:js="import { createRequire as metastashRequire } from 'node:module'; const require = metastashRequire(import.meta.url);" \
		--metafile=build/hooks.meta.json --outfile=$@

build/mover.js: $(installed) $(sources)
	mover/tools/bundle.sh build

# The same root file systems that the Containerfiles give, without a container engine. REVISION goes into a label.
.PHONY: images
images: build restic ## Assemble the images: build/images/{hooks,mover}/rootfs, .tar (OCI layout) and .cdx.json (SBOM)
	REVISION=$${REVISION:-$$(git describe --always --dirty --abbrev=40 2>/dev/null)} METASTASH_RESTIC=$$(mover/tools/find-restic.sh) \
		tsx mover/tools/images/main.ts

.PHONY: generate
generate: $(installed) ## Make types and validators from crds/
	tsx crds/generate.ts

.PHONY: verify
verify: $(installed) ## Fail if anything generated has drifted
	tsx crds/generate.ts --check

.PHONY: golden
golden: $(installed) ## Rewrite the golden answers; review the diff like code
	tsx test/golden/write.ts

.PHONY: run
run: $(installed) ## Start the hooks for development on http://127.0.0.1:8080
	tsx hooks/server.ts --dev --port 8080

.PHONY: post
post: $(installed) ## Post a golden request (CASE=kind/case) to the running hooks and show the difference
	tsx test/golden/post.ts $(CASE)

.PHONY: bench
bench: build restic ## Measure the hooks and the mover beside bare Node and bare restic
	METASTASH_RESTIC=$$(mover/tools/find-restic.sh) tsx bench/main.ts

.PHONY: scale
scale: build ## Apply N BackupConfigurations at once and measure, as test-installed does (N=50)
	tsx bench/scale/main.ts $(N)

.PHONY: clean
clean: ## Remove what was built here
	rm -rf build .cache
