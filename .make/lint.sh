#!/usr/bin/env bash
# gofumpt, vet, staticcheck and govulncheck, all of them to the end, so that one
# run shows everything there is to mend. The tools' versions are in go.mod.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
failed=0

# As the builds are made, so that the window's packages, minutes of C among them, are not
# compiled once more to look at them.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath"

# Only our own folders: .cache may hold a Go tree.
sources=(*.go app assets client screens storage)

echo 'lint: gofumpt'
unformatted=$(go tool gofumpt -l "${sources[@]}") || failed=1
if [ -n "$unformatted" ]; then
	printf '%s\n' "not formatted by gofumpt:" "$unformatted"
	failed=1
fi

# Each pass sees files that the others do not: the window's, the headless ones,
# and those for the systems that the tests do not run on.
echo 'lint: go vet'
go vet -tags "$TAGS" ./... || failed=1
for os in linux windows darwin; do
	GOOS=$os CGO_ENABLED=0 go vet -tags headless . ./app/... ./client/... ./storage/... || failed=1
done

echo 'lint: staticcheck'
go tool staticcheck -tags "$TAGS" ./... || failed=1
CGO_ENABLED=0 go tool staticcheck -tags headless . ./app/... ./client/... ./storage/... || failed=1

echo 'lint: govulncheck'
output=$(go tool govulncheck -tags "$TAGS" ./... 2>&1)
status=$?
if [ "$status" -eq 0 ]; then
	printf '%s\n' "$output" | tail -n 1
elif [ "$status" -ne 3 ] && grep -qiE 'fetching vulnerabilities|dial tcp|no such host|network is unreachable|proxyconnect|forbidden' <<<"$output"; then
	echo 'vulnerability database not reachable, not checked'
else
	printf '%s\n' "$output"
	failed=1
fi

exit "$failed"
