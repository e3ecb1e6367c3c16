#!/usr/bin/env bash
# Packages for the system it runs on, into dist/: an archive with an installer
# for Linux, a .app for macOS. Reads TAGS, LDFLAGS and VERSION.
set -euo pipefail
cd "$(dirname "$0")/.."

go build -o .cache/bin/fyne fyne.io/tools/cmd/fyne
mkdir -p dist
stage=$(mktemp -d "$PWD/.cache/package.XXXXXX")
trap 'rm -rf "$stage"' EXIT

# Built here rather than by the fyne tool, whose own flags for cgo would compile
# the OpenGL binding once more.
go build -buildvcs=false -tags "$TAGS" -ldflags "-s -w $LDFLAGS" -o "$stage/kickbench" .

case $(uname -s) in
Darwin)
	.cache/bin/fyne package --os darwin --executable "$stage/kickbench"
	rm -rf dist/Kickbench.app
	mv Kickbench.app dist/
	ls -d dist/Kickbench.app
	;;
Linux)
	name=kickbench-$VERSION-linux-$(go env GOARCH)
	.cache/bin/fyne package --os linux --executable "$stage/kickbench"
	tar -xJf Kickbench.tar.xz -C "$stage" --transform "s,^kickbench\(/\|\$\),$name\1,"
	rm Kickbench.tar.xz
	# The installer that the fyne tool writes looks for an icon without its
	# suffix and fails (fyne-io/tools#139, mended after v1.7.2).
	sed -i 's/^Icon := "\(.*\)"$/Icon := "\1.png"/; s/\.png\.png"$/.png"/' "$stage/$name/Makefile"
	cp assets/fonts/OFL.txt "$stage/$name/OFL-fonts.txt"
	tar -cJf "dist/$name.tar.xz" -C "$stage" --owner=0 --group=0 "$name"
	ls -l "dist/$name.tar.xz"
	;;
*)
	echo "package.sh: packages for Linux and macOS; for Windows: make package-windows" >&2
	exit 1
	;;
esac
