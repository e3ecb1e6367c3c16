# Small helpers of the set-up scripts. To be sourced.

say() { printf 'set-up: %s\n' "$*" >&2; }

die() {
	printf 'set-up: %s\n' "$@" >&2
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Where the system's files are; a test has them elsewhere.
SETUP_ROOT=${SETUP_ROOT:-}

# snapless: an Ubuntu that runs no snaps, a container's. There the package of Chromium is
# a script that says to install the snap: there is none to be had.
snapless() { grep -qs '^ID=ubuntu' "$SETUP_ROOT/etc/os-release" && ! [ -S "$SETUP_ROOT/run/snapd.socket" ]; }

# Nobody is there to answer in CI, in a pipe, or in a cron job.
interactive() { [ -z "${CI:-}" ] && [ -t 0 ] && [ -t 2 ]; }

# version_at_least 1.24.4 1.21: is the first at least the second? Majors and
# minors only: nothing here depends on a patch release.
version_at_least() {
	local have_major have_minor want_major want_minor rest
	IFS=. read -r have_major have_minor rest <<<"$1."
	IFS=. read -r want_major want_minor rest <<<"$2."
	have_minor=${have_minor%%[!0-9]*}
	[ "${have_major:-0}" -gt "$want_major" ] ||
		{ [ "${have_major:-0}" -eq "$want_major" ] && [ "${have_minor:-0}" -ge "${want_minor:-0}" ]; }
}

# logged CMD…: package managers print hundreds of lines; they are kept in a file
# and shown only when they end badly.
logged() {
	mkdir -p .cache
	if ! "$@" >>.cache/setup.log 2>&1; then
		tail -n 25 .cache/setup.log >&2
		die "'$*' failed. All of what it printed: .cache/setup.log"
	fi
}

# become_root sets ROOT to what a command needs in front to run as root. It asks
# for the password at once, while its question is still seen.
become_root() {
	if [ "$(id -u)" -eq 0 ]; then
		ROOT=
	elif ! have sudo; then
		die "installing needs root, and there is no sudo here. As root, run: $*"
	elif interactive; then
		sudo -v || die "not installed; you can do it yourself: sudo $*"
		ROOT=sudo
	elif sudo -n true 2>/dev/null; then
		ROOT='sudo -n'
	else
		die "sudo wants a password and nobody is here to type it. Run it yourself: sudo $*"
	fi
}
