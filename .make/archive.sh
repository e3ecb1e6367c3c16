# Archives of the same bytes from the same commit, whoever makes them when. To be
# sourced. Reads EPOCH, the commit's time, and COMMIT_TIME for what wants text.
EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 315532800)
export SOURCE_DATE_EPOCH=$EPOCH

# settle DIR gives all within it the commit's time and modes that no umask changes.
settle() {
	chmod -R u=rwX,go=rX "$1"
	find "$1" -exec touch -h -d "@$EPOCH" {} +
}

# tar_xz FILE DIR NAME packs DIR/NAME.
tar_xz() {
	rm -f "$1"
	tar --create --sort=name --format=gnu --mtime="@$EPOCH" --owner=0 --group=0 --numeric-owner -C "$2" "$3" | xz -T1 -6 >"$1"
}

# zip_files FILE DIR NAME packs DIR/NAME; zip writes local times, hence TZ.
zip_files() {
	rm -f "$1"
	(cd "$2" && find "$3" -type f | LC_ALL=C sort | TZ=UTC zip -q -X -9 "$1" -@)
}
