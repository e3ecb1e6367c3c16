# What comes from the system's package manager. To be sourced.
#
# One line a need: who needs it, how to see that it is there, and its package
# per family ('-' = comes with the system or is not used there).
#   cmd:NAME   a command on the PATH      hdr:PATH   a header under /usr/include
#   file:PATH  a file                      certificates  of web sites
needs() {
	cat <<'TABLE'
all      cmd:go                                   golang-go           golang                  go               go
all      certificates                             ca-certificates     ca-certificates         ca-certificates  -
build    cmd:gcc                                  gcc                 gcc                     gcc              -
build    hdr:stdlib.h                             libc6-dev           glibc-devel             glibc            -
build    cmd:pkg-config                           pkg-config          pkgconf-pkg-config      pkgconf          -
build    hdr:GL/gl.h                              libgl1-mesa-dev     mesa-libGL-devel        libglvnd         -
build    hdr:X11/Xlib.h                           libx11-dev          libX11-devel            libx11           -
build    hdr:X11/Xcursor/Xcursor.h                libxcursor-dev      libXcursor-devel        libxcursor       -
build    hdr:X11/extensions/Xrandr.h              libxrandr-dev       libXrandr-devel         libxrandr        -
build    hdr:X11/extensions/Xinerama.h            libxinerama-dev     libXinerama-devel       libxinerama      -
build    hdr:X11/extensions/XInput2.h             libxi-dev           libXi-devel             libxi            -
build    hdr:X11/extensions/xf86vmode.h           libxxf86vm-dev      libXxf86vm-devel        libxxf86vm       -
build    hdr:wayland-client-core.h                libwayland-dev      wayland-devel           wayland          -
build    hdr:xkbcommon/xkbcommon.h                libxkbcommon-dev    libxkbcommon-devel      libxkbcommon     -
test     cmd:git                                  git                 git                     git              -
test     cmd:node                                 nodejs              nodejs                  nodejs           node
test     cmd:npm                                  npm                 npm                     npm              node
test     cmd:Xvfb                                 xvfb                xorg-x11-server-Xvfb    xorg-server-xvfb -
test     cmd:xvfb-run                             xvfb                xorg-x11-server-Xvfb    xorg-server-xvfb -
test     file:/usr/share/drirc.d/00-mesa-defaults.conf libgl1-mesa-dri mesa-dri-drivers     mesa             -
test     cmd:xauth                                xauth               xorg-x11-xauth          xorg-xauth       -
test     cmd:xdotool                              xdotool             xdotool                 xdotool          -
test     cmd:xclip                                xclip               xclip                   xclip            -
test     cmd:import                               imagemagick         ImageMagick             imagemagick      -
test     cmd:dbus-run-session                     dbus                dbus-daemon             dbus             -
test     cmd:gnome-keyring-daemon                 gnome-keyring       gnome-keyring           gnome-keyring    -
test     cmd:secret-tool                          libsecret-tools     libsecret               libsecret        -
test     cmd:chromium                             chromium            chromium                chromium         -
package  cmd:xz                                   xz-utils            xz                      xz               -
package  cmd:objdump                              binutils            binutils                binutils         -
wine     cmd:wine                                 wine                wine                    wine             -
wine     file:/usr/lib/wine/wine64                wine64              -                       -                -
wine     cmd:xvfb-run                             xvfb                xorg-x11-server-Xvfb    xorg-server-xvfb -
wine     file:/usr/share/drirc.d/00-mesa-defaults.conf libgl1-mesa-dri mesa-dri-drivers     mesa             -
wine     cmd:xdotool                              xdotool             xdotool                 xdotool          -
wine     cmd:import                               imagemagick         ImageMagick             imagemagick      -
wine     cmd:x86_64-w64-mingw32-gcc               gcc-mingw-w64-x86-64 mingw64-gcc            mingw-w64-gcc    mingw-w64
windows  cmd:zip                                  zip                 zip                     zip              -
windows  cmd:x86_64-w64-mingw32-gcc               gcc-mingw-w64-x86-64 mingw64-gcc            mingw-w64-gcc    mingw-w64
windows  cmd:x86_64-w64-mingw32-g++               g++-mingw-w64-x86-64 mingw64-gcc-c++        mingw-w64-gcc    mingw-w64
TABLE
}

# family prints which column of the table holds here.
family() {
	case $(uname -s) in
	Darwin) echo brew ;;
	*)
		if have apt-get; then
			echo apt
		elif have dnf; then
			echo dnf
		elif have pacman; then
			echo pacman
		else
			echo none
		fi
		;;
	esac
}

# wanted WHO PURPOSE: do the needs of WHO belong to PURPOSE?
wanted() {
	case $1 in
	all) true ;;
	build) [ "$2" != headless ] ;;
	*) [ "$1" = "$2" ] ;;
	esac
}

present() {
	case $1 in
	cmd:go) have go || [ -x .cache/go/bin/go ] ;;
	cmd:chromium) [ -n "$(.make/chromium.sh)" ] ;;
	cmd:*) have "${1#cmd:}" ;;
	hdr:*) [ -e "/usr/include/${1#hdr:}" ] || compgen -G "/usr/include/*/${1#hdr:}" >/dev/null ;;
	certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] ;;
	file:*) [ -e "${1#file:}" ] ;;
	esac
}

# missing PURPOSE FAMILY prints the packages to install, one a line; for an
# unknown family the needs themselves.
missing() {
	local who probe apt dnf pacman brew package
	needs | while read -r who probe apt dnf pacman brew; do
		wanted "$who" "$1" || continue
		[ "$2 $probe" != 'apt cmd:chromium' ] || ! snapless || continue
		case $2 in
		apt) package=$apt ;;
		dnf) package=$dnf ;;
		pacman) package=$pacman ;;
		brew) package=$brew ;;
		none) package=${probe#*:} ;;
		esac
		[ "$package" = - ] || present "$probe" || printf '%s\n' "$package"
	done | sort -u
}

# install_packages PURPOSE
install_packages() {
	local family list
	family=$(family)
	if [ "$family" = brew ]; then
		need_mac_tools "$1"
	fi
	if [ "$1 $family" = 'test apt' ] && snapless && [ -z "$(.make/chromium.sh)" ]; then
		say "Ubuntu has Chromium as a snap alone, and snapd does not run here: the tests with the vendor's Web SDK are skipped." \
			"For them install Google Chrome's .deb, or name a Chromium with KICKBENCH_CHROMIUM=/path/to/it."
	fi
	list=$(missing "$1" "$family" | tr '\n' ' ')
	list=${list% }
	[ -n "$list" ] || return 0

	if [ "$family" = none ]; then
		die "no apt-get, dnf, pacman or brew here. Please install, by this system's own means:" "  $list"
	fi
	say "missing for '$1', to be installed with $family: $list"
	if interactive; then
		local answer
		read -r -p 'set-up: install them now? [Y/n] ' answer
		case $answer in
		'' | [yY]*) ;;
		*) die "nothing installed." ;;
		esac
	fi

	if [ "$family" = apt ] && grep -qs '^ID=ubuntu' "$SETUP_ROOT/etc/os-release"; then
		list=$(sed 's/\<chromium\>/chromium-browser/' <<<"$list")
	fi
	local root_env='env DEBIAN_FRONTEND=noninteractive'
	# shellcheck disable=SC2086 # words on purpose
	case $family in
	apt)
		become_root apt-get install $list
		# One unreachable source among many must not stop the rest.
		mkdir -p .cache
		$ROOT $root_env apt-get -q update >>.cache/setup.log 2>&1 ||
			say "not all package lists could be refreshed; going on with those at hand"
		logged $ROOT $root_env apt-get -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends $list
		;;
	dnf)
		become_root dnf install $list
		logged $ROOT dnf -y install $list
		;;
	pacman)
		# Without -y: a partial upgrade is what Arch warns against. A fresh image has no
		# lists at all, and gets a whole one.
		local how=-S
		compgen -G "$SETUP_ROOT/var/lib/pacman/sync/*.db" >/dev/null || how=-Syu
		become_root pacman $how --needed $list
		logged $ROOT pacman $how --needed --noconfirm $list
		;;
	brew) logged brew install $list ;;
	esac
	hash -r

	list=$(missing "$1" "$family" | tr '\n' ' ')
	[ -z "$list" ] || die "still missing after the installation: $list"
}

need_mac_tools() {
	if [ "$1" != headless ] && ! xcode-select -p >/dev/null 2>&1; then
		die "the command line tools of Xcode are missing. Install them, then run make again:" "  xcode-select --install"
	fi
	have brew || [ -z "$(missing "$1" brew)" ] ||
		die "Homebrew is missing (its web site says how to install it), or install these yourself:" \
			"  $(missing "$1" brew | tr '\n' ' ')"
	if [ "$1" = test ]; then
		say "on macOS the tests of the real window are skipped: they need Xvfb and a Secret Service."
		[ -n "$(.make/chromium.sh)" ] ||
			say "no Chrome, Chromium or Edge found: the tests with the vendor's Web SDK are skipped."
	fi
}
