# Everything a person does with this checkout. `make demo` and `make test` need
# nothing but Swift: they install the system packages themselves.

SWIFT ?= swift
# Where a test crashes, the stack is what counts: registers and images push it out of sight.
export SWIFT_BACKTRACE ?= enable=yes,threads=crashed,registers=none,images=none,color=no
PREFIX ?= /usr/local
BINARY := .build/release/nsx-antrea
RELEASE := -c release --static-swift-stdlib

.PHONY: all build demo test check format bench install deps deps-test clean golden

all: build

deps:
	@sh scripts/install-packages.sh

deps-test:
	@sh scripts/install-packages.sh test

build: deps
	$(SWIFT) build $(RELEASE) --product nsx-antrea

demo: deps
	@sh scripts/demo.sh

# The laws compute for minutes on every core; the other tests have time limits
# and servers, and come after them: eight at a time, or each waits for a thousand.
LAWS := LawTests|FaultTests|DecidingRuleTests|OracleTests|ShadowTests|DamageTests|HostileInput

# Every fault at every request, and the tool killed at every request.
FAULTS := FaultMatrixTests|KillTests|DisturbanceTests

test: deps-test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter '$(LAWS)'
	$(SWIFT) test --skip-build --filter '$(FAULTS)'
	$(SWIFT) test --skip-build --experimental-maximum-parallelization-width 8 --skip '$(LAWS)|$(FAULTS)'

check: deps
	$(SWIFT) format lint --strict --recursive --configuration .swift-format Sources Tests Package.swift
	@sh scripts/check-house.sh

format:
	$(SWIFT) format format -i --recursive --configuration .swift-format Sources Tests Package.swift

bench: build
	$(SWIFT) build $(RELEASE) --product nsx-antrea-bench
	$(SWIFT) build $(RELEASE) --product nsx-antrea-sandbox
	.build/release/nsx-antrea-bench --tool $(BINARY)

golden: deps-test
	UPDATE_GOLDEN=1 $(SWIFT) test --filter TranslationTests

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/nsx-antrea

clean:
	rm -rf .build
