#!/usr/bin/env bash
# Brings what a make target needs onto this machine, and says what it brings.
#
#   setup.sh build      the window: Go, a C compiler, OpenGL and X11/Wayland headers
#   setup.sh headless   the command line only: Go
#   setup.sh test       everything the tests use on top of build
#   setup.sh package    build, plus what makes an archive
#   setup.sh windows    build, plus the cross compiler for Windows
#   setup.sh wine       build, plus what starts a program for Windows on Linux
#
# With nothing missing it only looks at files and ends at once. Bash 3.2 is
# enough, because that is what macOS has.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=.make/lib.sh
. .make/lib.sh
# shellcheck source=.make/packages.sh
. .make/packages.sh
# shellcheck source=.make/go.sh
. .make/go.sh
# shellcheck source=.make/peers.sh
. .make/peers.sh

purpose=${1:-build}
case $purpose in
build | headless | test | package | windows | wine) ;;
*) die "setup.sh: unknown purpose '$purpose'; one of build, headless, test, package, windows, wine" ;;
esac

install_packages "$purpose"
ensure_go
case $purpose in
test) ensure_peers ;;
esac
