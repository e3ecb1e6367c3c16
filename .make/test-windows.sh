#!/usr/bin/env bash
# Starts dist/Kickbench.exe under wine, on displays of its own: by a click, a second
# time, from a console, and without OpenGL. Leaves a picture of each in dist/wine.
# Half a minute.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -eq 0 ]; then
	home=$(mktemp -d "$PWD/.cache/wine.XXXXXX")
	export WINEPREFIX=$home/prefix WINEDEBUG=-all DBUS_SESSION_BUS_ADDRESS=disabled: KICKBENCH_HOME='C:\kept'
	trap 'wineserver -k || true; rm -rf "$home"' EXIT
	echo 'wine: a fresh Windows'
	wineboot --init >"$home/wineboot.log" 2>&1 || { cat "$home/wineboot.log" >&2; exit 1; }
	# Not for ever: newer versions of wine have it.
	if [ ! -e "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" ]; then
		x86_64-w64-mingw32-gcc -shared -O2 -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" \
			.make/windows/bcryptprimitives.c -ladvapi32
	fi
	x86_64-w64-mingw32-gcc -O2 -o "$WINEPREFIX/drive_c/starter.exe" .make/windows/starter.c
	cp dist/Kickbench.exe "$WINEPREFIX/drive_c/"
	rm -rf dist/wine
	mkdir -p dist/wine

	echo 'wine: the version, redirected'
	wine 'C:\Kickbench.exe' version | tr -d '\r' | tee dist/wine/version.txt
	grep -q '^kickbench [0-9]' dist/wine/version.txt
	for case in click:+ console:+ noopengl:-; do
		xvfb-run -a -s "-screen 0 1400x900x24 ${case#*:}extension GLX" "$0" "${case%:*}"
		wineserver -k || true
	done
	echo "wine: all is well; pictures are in dist/wine"
	exit
fi

# until WHAT COMMAND… asks again for half a minute.
until_so() {
	local what=$1 n
	shift
	for n in $(seq 120); do
		if "$@"; then
			echo "wine: $what"
			return
		fi
		sleep 0.25
	done
	import -window root "dist/wine/failed.png"
	echo "wine: waited in vain: $what; see dist/wine/failed.png" >&2
	exit 1
}

shown() { xdotool search --onlyvisible --name "^$1\$" >/dev/null 2>&1; }

# colours FILE is how many there are in a picture: an empty display has one, text has a few.
colours() { import -window root "$1" && identify -format %k "$1"; }
painted() { [ "$(colours "$1")" -gt "$2" ]; }

# written FILE: is there text in the console? Four lines have some 2,000
# light pixels.
written() {
	import -window root "$1"
	[ "$(convert "$1" -crop 600x300+0+0 -threshold 50% -format '%[fx:round(mean*w*h)]' info:)" -gt 1200 ]
}

case $1 in
click)
	# As the desktop starts it: without a console, and without a handle to write to.
	wine explorer 'C:\Kickbench.exe' >/dev/null 2>&1 &
	until_so 'a click opens the window' shown Kickbench
	until_so 'the window is painted' painted dist/wine/window.png 100
	wine 'C:\Kickbench.exe'
	until_so 'a second start opens a window in the first, and ends' shown 'Kickbench 2'
	;;
console)
	wine wineconsole 'C:\starter.exe' >/dev/null 2>&1 &
	until_so 'a subcommand prints to the console it was started from' written dist/wine/console.png
	;;
noopengl)
	wine 'C:\Kickbench.exe' >dist/wine/noopengl.txt 2>&1 &
	until_so 'without OpenGL a box says what to do' painted dist/wine/noopengl.png 3
	grep -q 'OpenGL 2.1' dist/wine/noopengl.txt
	;;
esac
