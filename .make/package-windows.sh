#!/usr/bin/env bash
# Builds and packages for 64-bit Windows, into dist/: Kickbench.exe and a zip of it.
# Cross-compiles elsewhere; there that takes five minutes with an empty cache. Reads
# TAGS, LDFLAGS and VERSION.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.make/archive.sh
. .make/archive.sh

mkdir -p dist .cache/bin
name=kickbench-$VERSION-windows-amd64
stage=$(mktemp -d "$PWD/.cache/package.XXXXXX")
# Go links every .syso beside main.go in, so it does not stay there.
syso=resources_windows_amd64.syso
trap 'rm -rf "$stage" "$syso"' EXIT

# Compiled first: with GOOS set, `go run` would compile the tool for Windows.
GOOS='' GOARCH='' CC='' CXX='' go build -o .cache/bin/goversioninfo github.com/josephspurrier/goversioninfo/cmd/goversioninfo
IFS=. read -r major minor patch <<<"$VERSION"
cat >"$stage/versioninfo.json" <<JSON
{
  "FixedFileInfo": {
    "FileVersion": {"Major": $major, "Minor": $minor, "Patch": ${patch%%[!0-9]*}, "Build": 0},
    "ProductVersion": {"Major": $major, "Minor": $minor, "Patch": ${patch%%[!0-9]*}, "Build": 0},
    "FileFlagsMask": "3f", "FileFlags ": "00", "FileOS": "040004", "FileType": "01", "FileSubType": "00"
  },
  "StringFileInfo": {
    "FileDescription": "Kickbench", "ProductName": "Kickbench", "InternalName": "Kickbench",
    "OriginalFilename": "Kickbench.exe", "FileVersion": "$VERSION", "ProductVersion": "$VERSION"
  },
  "VarFileInfo": {"Translation": {"LangID": "0409", "CharsetID": "04B0"}},
  "IconPath": "assets/icon.ico",
  "ManifestPath": ".make/windows/kickbench.manifest"
}
JSON
.cache/bin/goversioninfo -64 -o "$syso" "$stage/versioninfo.json"

export GOOS=windows GOARCH=amd64 CGO_ENABLED=1
if [ "$(go env GOHOSTOS)" != windows ]; then
	export CC=x86_64-w64-mingw32-gcc CXX=x86_64-w64-mingw32-g++
fi
# windowsgui: no console opens beside the window; a subcommand takes the one that it
# was started from (app/console_windows.go).
mkdir "$stage/$name"
go build -trimpath -buildvcs=false -tags "$TAGS" -ldflags "-s -w -H windowsgui $LDFLAGS" -o "$stage/$name/Kickbench.exe" .
cp assets/fonts/OFL.txt "$stage/$name/OFL-fonts.txt"
settle "$stage/$name"
cp -p "$stage/$name/Kickbench.exe" dist/
zip_files "$PWD/dist/$name.zip" "$stage" "$name"
ls -l dist/Kickbench.exe "dist/$name.zip"
