#!/usr/bin/env bash
# Prints the path of a browser that the tests can drive; nothing when there is
# none. Only Chromium and its kin: the tests speak its protocol.
set -euo pipefail

if [ -n "${KICKBENCH_CHROMIUM:-}" ]; then
	printf '%s\n' "$KICKBENCH_CHROMIUM"
	exit
fi
# Ubuntu's package is a script for the snap, whether that is there or not.
stub() { head -c 2000 "$1" | grep -q /snap/bin/chromium && ! [ -x "${SETUP_ROOT:-}/snap/bin/chromium" ]; }

for name in chromium chromium-browser google-chrome-stable google-chrome microsoft-edge-stable; do
	if path=$(command -v "$name") && ! stub "$path"; then
		printf '%s\n' "$path"
		exit
	fi
done
for app in 'Google Chrome' Chromium 'Microsoft Edge'; do
	for root in /Applications "${HOME:-/}/Applications"; do
		binary="$root/$app.app/Contents/MacOS/$app"
		if [ -x "$binary" ]; then
			printf '%s\n' "$binary"
			exit
		fi
	done
done
