#!/usr/bin/env bash
# Prints 1 where a peer of the tests that is missing is a failure, and nothing on
# systems that are known to have no browser: there those tests are skipped, and the
# set-up says so.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=.make/lib.sh
. .make/lib.sh

if [ "$(uname -s)" = Darwin ]; then
	exit
fi
if snapless && [ -z "$(.make/chromium.sh)" ]; then
	exit
fi
echo 1
