# The Go toolchain. To be sourced.
#
# From 1.21 on, Go fetches the toolchain that go.mod asks for by itself
# (GOTOOLCHAIN=auto, set in the Makefile). Debian 12 and Ubuntu 22.04 have an
# older one, which cannot do that, but can fetch the very same toolchain as the
# module it is published as, checked against the checksum database. It is put
# into .cache/go, and the Makefile has that folder first on the PATH.
GO_TOOLCHAIN=go1.26.8

go_version() { (cd / && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//'); }

# go_usable: is there a Go that can build this, or fetch one that can?
go_usable() {
	[ -x .cache/go/bin/go ] && return 0
	have go && version_at_least "$(go_version)" 1.21
}

ensure_go() {
	go_usable && return 0
	have go || die "no Go here, and this system's package manager brought none. Install Go 1.26 or newer."

	local os arch module scratch
	os=$(uname -s | tr '[:upper:]' '[:lower:]')
	arch=$(cd / && go env GOARCH)
	module=golang.org/toolchain@v0.0.1-$GO_TOOLCHAIN.$os-$arch
	say "Go $(go_version) is too old to fetch a newer one by itself: getting $GO_TOOLCHAIN with it, into .cache/go"

	mkdir -p .cache
	scratch=$(mktemp -d "$PWD/.cache/go.XXXXXX")
	# A module of its own: a Go this old cannot read our go.mod.
	echo 'module toolchain' >"$scratch/go.mod"
	(cd "$scratch" && GOFLAGS=-modcacherw GOPATH=$scratch/path GOMODCACHE=$scratch/mod go mod download "$module") ||
		die "could not fetch $module. Install Go 1.26 or newer by hand."
	unpack_toolchain "$scratch/mod/$module"
	rm -rf "$scratch"
}

# unpack_toolchain DIR: module archives hold neither execute bits nor nested
# go.mod files, so the toolchain's are off and renamed there.
unpack_toolchain() {
	chmod -R u+w "$1"
	chmod +x "$1"/bin/* "$1"/pkg/tool/*/*
	local file
	find "$1/src" -name _go.mod | while read -r file; do
		mv "$file" "$(dirname "$file")/go.mod"
	done
	rm -rf .cache/go
	mv "$1" .cache/go
}
