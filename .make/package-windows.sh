#!/usr/bin/env bash
# Cross-compiles and packages for 64-bit Windows, into dist/Kickbench.exe. Reads
# TAGS and LDFLAGS. Four minutes with an empty cache.
set -euo pipefail
cd "$(dirname "$0")/.."

# Compiled first: with CC set, `go tool` would compile the tool for Windows.
go build -o .cache/bin/fyne fyne.io/tools/cmd/fyne
mkdir -p dist

# The fyne tool takes -ldflags from GOFLAGS only, and adds a stack protector,
# whose library has to be linked in by name or be missing on the user's machine.
flags=-buildvcs=false
for flag in ${LDFLAGS//-X /-X=}; do
	flags="$flags -ldflags=$flag"
done
export GOFLAGS=$flags
export CC=x86_64-w64-mingw32-gcc CXX=x86_64-w64-mingw32-g++
export CGO_ENABLED=1 CGO_LDFLAGS='-O2 -g -l:libssp.a' GOARCH=amd64
.cache/bin/fyne package --os windows --release --app-id dev.kickbench.app --tags "$TAGS"
mv -f Kickbench.exe dist/
ls -l dist/Kickbench.exe
