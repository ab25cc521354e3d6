# make test   everything that must pass, the peers it needs included (what CI runs)
# make build  one static binary: ./sotto
# make bench  the benchmarks
# make fuzz   every fuzz target for FUZZ_FOR each (an hour unless said otherwise); what
#             it ever found is in testdata, and is tried again by make test
# make prove  the long forms of the proofs in docs/PRIVACY.md, and an hour of
#             docs/PERFORMANCE.md at scale

SHELL       := bash
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZ_FOR    ?= 1h
PROVE_RUNS  ?= 100

# What the race detector does not look into: packages of Go itself whose loops were most
# of what programs and tests cost under it, and which only look at what their caller gave
# them. Programs that tests build inherit it. None may have atomics of a type parameter in
# it: the linker keeps one copy of such a function for all packages, and one that the
# detector does not see makes races of what is none.
UNRACED := regexp regexp/syntax compress/flate \
	$(addprefix crypto/internal/fips140/,sha256 hmac sha3 mlkem edwards25519 edwards25519/field)
RACE    := GOFLAGS="$(foreach package,$(UNRACED),-gcflags=$(package)=-race=false)"

# Test files that the race detector leaves out: what it does not do, can't see, or would
# take minutes for though there is one goroutine, or a smaller form beside it. They run
# without it.
APART  := $(shell grep -rl --include='*_test.go' '^//go:build !race$$' . | sort)
# Most e2e tests that run beside others wait for a person's or a program's time, not for
# the processor's.
BESIDE := 4

# One target at a time: tests measure delays, and two runners beside each other
# would measure each other.
.NOTPARALLEL:
.PHONY: test peers check unit e2e web cross build bench fuzz prove

test: peers check unit web e2e cross

peers:
	.ci/peers

check:
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	go vet -tags e2e ./... # no file is left out with it
	go run $(STATICCHECK) -tags e2e ./...

unit:
	$(RACE) go test -race ./...
	go test -run "^($$(sed -n 's/^func \(Test[A-Za-z0-9]*\)(.*/\1/p' $(APART) | paste -sd '|'))$$" $$(dirname $(APART) | sort -u)

e2e: # the packages that have such tests; unit has run the others
	$(RACE) go test -race -tags e2e -count 1 -timeout 40m -parallel $(BESIDE) $$(grep -rl --include='*.go' '^//go:build.*e2e' . | xargs dirname | sort -u)

web:
	node --test web/test/*.test.*js

cross:
	for system in darwin freebsd windows; do \
		echo "build for $$system" && CGO_ENABLED=0 GOOS=$$system go build -o /dev/null ./cmd/sotto || exit 1; \
	done

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o sotto ./cmd/sotto

bench:
	go test -run '^$$' -bench . -benchmem ./...
	go test -tags e2e -run '^$$' -bench Browser -benchtime 1x ./cmd/sotto/e2e
	go run ./cmd/sotto-bench -scale -screens 100 -browsers 500 -rate 20 -for 10s

fuzz:
	.ci/fuzz $(FUZZ_FOR)

prove:
	$(RACE) PROVE_RUNS=$(PROVE_RUNS) go test -race -p 1 -tags e2e,prove -count 1 -timeout 12h -v ./cmd/...
	go test -tags prove -run Prove -count 1 -timeout 12h -v ./rooms/cluster ./webbridge/voice
	go run ./cmd/sotto-bench -scale -for 60m
