#!/usr/bin/env bash
# Packages for the system it runs on, into dist/: an archive with an installer and a
# .deb for Linux, a .app within a zip for macOS. Reads TAGS, LDFLAGS and VERSION.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.make/archive.sh
. .make/archive.sh

mkdir -p dist .cache
stage=$(mktemp -d "$PWD/.cache/package.XXXXXX")
trap 'rm -rf "$stage"' EXIT
arch=$(go env GOARCH)

# The flags are `make build`'s, so that the OpenGL binding is not compiled once more.
go build -trimpath -buildvcs=false -tags "$TAGS" -ldflags "-s -w $LDFLAGS" -o "$stage/kickbench" .

# tree ROOT lays out what Linux installs below /usr or /usr/local.
tree() {
	install -D -m 755 "$stage/kickbench" "$1/bin/kickbench"
	install -D -m 644 .make/linux/dev.kickbench.app.desktop "$1/share/applications/dev.kickbench.app.desktop"
	install -D -m 644 assets/icon.png "$1/share/icons/hicolor/512x512/apps/dev.kickbench.app.png"
	install -D -m 644 assets/icon.svg "$1/share/icons/hicolor/scalable/apps/dev.kickbench.app.svg"
	install -D -m 644 assets/fonts/OFL.txt "$1/share/doc/kickbench/OFL-fonts.txt"
}

archive() {
	local name=kickbench-$VERSION-linux-$arch
	tree "$stage/$name/root"
	install -m 644 .make/linux/Makefile "$stage/$name/Makefile"
	settle "$stage/$name"
	tar_xz "dist/$name.tar.xz" "$stage" "$name"
	ls -l "dist/$name.tar.xz"
}

# deb depends on what the program links and on what GLFW loads while it runs; see
# .make/linux/control.in. Debian calls most architectures as Go does.
deb() {
	local root=$stage/deb file=dist/kickbench_${VERSION}_$1.deb glibc
	tree "$root/usr"
	glibc=$(objdump -T "$stage/kickbench" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -Vu | tail -n 1)
	mkdir -p "$root/DEBIAN"
	sed -e "s/@VERSION@/$VERSION/" -e "s/@ARCH@/$1/" -e "s/@GLIBC@/$glibc/" \
		-e "s/@SIZE@/$(($(find "$root/usr" -type f -printf '%s\n' | paste -sd+) / 1024))/" .make/linux/control.in >"$root/DEBIAN/control"
	settle "$root"
	dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >/dev/null
	ls -l "$file"
}

case $(uname -s) in
Darwin)
	go build -o .cache/bin/fyne fyne.io/tools/cmd/fyne
	.cache/bin/fyne package --os darwin --executable "$stage/kickbench"
	rm -rf dist/Kickbench.app
	mv Kickbench.app dist/
	ditto -c -k --keepParent dist/Kickbench.app "dist/kickbench-$VERSION-macos-$arch.zip"
	ls -ld dist/Kickbench.app "dist/kickbench-$VERSION-macos-$arch.zip"
	;;
Linux)
	archive
	if command -v dpkg-deb >/dev/null; then
		deb "${arch/386/i386}"
	else
		echo 'package.sh: no .deb, because dpkg-deb is not here' >&2
	fi
	;;
*)
	echo "package.sh: packages for Linux and macOS; for Windows: make package-windows" >&2
	exit 1
	;;
esac
