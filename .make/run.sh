#!/usr/bin/env bash
# Opens the window, or says how to see one where there is no display.
set -euo pipefail

if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
	cat >&2 <<MESSAGE

$1 is built, but there is no display here: neither DISPLAY nor
WAYLAND_DISPLAY is set. To see the window, either
  - run 'make run' in a terminal of a desktop session,
  - come in with 'ssh -X' from a computer that has one, or
  - give it a virtual one:  xvfb-run -a $1
Or run it without a window:
  $1 sandbox      a server for the app you test
  $1 --help       everything else
On a server, 'make headless' builds the same without graphics libraries.
MESSAGE
	exit 1
fi
exec "$1"
