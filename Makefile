.DEFAULT_GOAL := help
.PHONY: help run test check fmt lint deny contracts interop interop-ci bench fuzz fuzz-ci clean pages page-test

CARGO ?= cargo
TOOLS := target/tools
DENY_VERSION := 0.20.2

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What is bundled into the pages is made anew when its sources changed. Without Node.js the binary goes without GraphiQL, and
# says so.
PAGES := target/pages/manifest.txt

pages: $(PAGES) ## Bundle GraphiQL for the binary to carry (Node.js and npm)

$(PAGES): pages/node_modules/.package-lock.json pages/build.mjs $(wildcard pages/src/*)
	cd pages && npm run --silent build

%/node_modules/.package-lock.json: %/package.json %/package-lock.json %/.npmrc
	@tests/install-node.sh
	cd $* && npm ci --loglevel=error
	@touch $@

.PHONY: pages-if-possible
pages-if-possible:
	@$(MAKE) --no-print-directory pages || echo "Going on without GraphiQL: see above." >&2

page-test: pages tests/pages/node_modules/.package-lock.json ## Look at the pages in a browser that reaches this machine only
	@tests/install-chromium.sh
	$(CARGO) build --quiet --bin furusu
	cd tests/pages && npm --silent test

run: pages-if-possible ## Run the service with a small believable organisation; prints a token and URLs to try
	$(CARGO) run --bin furusu -- demo

test: pages-if-possible ## Run all tests, on SQLite and on a throwaway PostgreSQL of their own
	tests/install-postgres.sh
	FURUSU_REQUIRE_PG=1 FURUSU_REQUIRE_PAGES=$(CI) $(CARGO) test --workspace --all-features

check: fmt pages lint deny test contracts-are-current page-test interop-ci fuzz-ci ## Everything that CI asks for: tests, format, lints, dependency policy, contracts, pages, clients, a little fuzzing

fmt: ## Check the format
	$(CARGO) fmt --all --check

lint: ## Check the lints
	$(CARGO) clippy --workspace --all-targets --all-features -- -D warnings

deny: $(TOOLS)/bin/cargo-deny ## Check licences, sources and versions of the dependencies
	$(CARGO) fetch --locked --quiet
	$(TOOLS)/bin/cargo-deny --offline --log-level error check licenses bans sources

$(TOOLS)/bin/cargo-deny:
	$(CARGO) install cargo-deny --locked --version $(DENY_VERSION) --root $(TOOLS)

contracts: pages-if-possible ## Write schema.graphql and openapi.yaml anew
	$(CARGO) run --quiet --bin furusu -- schema graphql > schema.graphql
	$(CARGO) run --quiet --bin furusu -- schema openapi > openapi.yaml

.PHONY: contracts-are-current
contracts-are-current:
	mkdir -p target/contracts
	$(CARGO) run --quiet --bin furusu -- schema graphql > target/contracts/schema.graphql
	$(CARGO) run --quiet --bin furusu -- schema openapi > target/contracts/openapi.yaml
	@diff -u schema.graphql target/contracts/schema.graphql && diff -u openapi.yaml target/contracts/openapi.yaml \
		|| { echo "The contracts are stale: run 'make contracts' and commit what it wrote." >&2; exit 1; }

.PHONY: interop-issuer
interop-issuer: ## Try the tokens of a real OpenID Connect provider (needs node and npm)
	@if [ -x tests/install-node.sh ]; then tests/install-node.sh; fi
	cd tests/interop/issuer && npm ci --silent
	$(CARGO) build --quiet --bin furusu
	node tests/interop/issuer/run.mjs target/debug/furusu

interop: contracts-are-current ## Run linters, generated clients and long fuzzing of others on the contracts and the service
	$(CARGO) build --quiet --bin furusu
	FURUSU_INTEROP_SECONDS=$${FURUSU_INTEROP_SECONDS:-600} tests/interop/run target/debug/furusu

interop-ci: ## The part of it that CI asks for, in about five minutes
	$(CARGO) build --quiet --bin furusu
	FURUSU_INTEROP_SECONDS=$${FURUSU_INTEROP_SECONDS:-60} tests/interop/run target/debug/furusu ci

FUZZ_SECONDS ?= 60

fuzz: ## Make up what strangers may send, for each parser FUZZ_SECONDS (60)
	CARGO="$(CARGO)" fuzz/run.sh $(FUZZ_SECONDS)

fuzz-ci: ## The same for 6 seconds each
	CARGO="$(CARGO)" fuzz/run.sh 6

bench: pages-if-possible ## Measure furusu beside the bare SQL, on both databases, in one run
	$(CARGO) build --quiet --release --bin furusu
	$(CARGO) run --quiet --release --package furusu-bench -- --furusu target/release/furusu
