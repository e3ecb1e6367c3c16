#!/usr/bin/env bash
# fuzz.sh TIME FOLDER…: runs every fuzz target under the folders for TIME, one
# after the other, as go test allows no more than one at once.
set -euo pipefail
cd "$(dirname "$0")/.."

time=$1
shift
count=0
while IFS=: read -r file target; do
	echo "== $target in $(dirname "$file")"
	case $file in
	screens/*) tags=migrated_fynedo,test ;; # Fyne without its driver
	*) tags=headless ;;
	esac
	CGO_ENABLED=0 DBUS_SESSION_BUS_ADDRESS=disabled: go test -tags "$tags" -run '^$' -fuzz "^$target\$" -fuzztime "$time" "./$(dirname "$file")"
	count=$((count + 1))
done < <(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' "$@" | sed 's/func //; s#^\./##' | sort)
[ "$count" -gt 0 ] || { echo "no fuzz target under: $*" >&2; exit 1; }
echo "$count fuzz targets, $time each, nothing found"
