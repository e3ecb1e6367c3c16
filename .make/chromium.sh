#!/usr/bin/env bash
# Prints the path of a browser that the tests can drive; nothing when there is
# none. Only Chromium and its kin: the tests speak its protocol.
set -euo pipefail

if [ -n "${KICKBENCH_CHROMIUM:-}" ]; then
	printf '%s\n' "$KICKBENCH_CHROMIUM"
	exit
fi
for name in chromium chromium-browser google-chrome-stable google-chrome microsoft-edge-stable; do
	if command -v "$name"; then
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
