package client

// key names a message, or its revoke.
type key struct {
	conversation, from string
	seq, random        uint64
	revoked            bool
}

func revokedKey(conversation, from string, seq, random uint64) key {
	return key{conversation, from, seq, random, true}
}

// ownKey names a message this instance sent, before the server has numbered it.
func ownKey(conversation string, random uint64) key {
	return key{conversation: conversation, random: random}
}

// keys remembers the latest maxSeen keys. Its zero value holds nothing, and little.
type keys struct {
	set   map[key]struct{}
	order []key
	next  int // the oldest, once order is full
}

// add remembers a key; it reports whether it was new.
func (k *keys) add(v key) bool {
	if k.has(v) {
		return false
	}
	if k.set == nil {
		k.set = map[key]struct{}{}
	}
	if len(k.order) < maxSeen {
		k.order = append(k.order, v)
	} else {
		delete(k.set, k.order[k.next])
		k.order[k.next] = v
		k.next = (k.next + 1) % maxSeen
	}
	k.set[v] = struct{}{}
	return true
}

func (k *keys) has(v key) bool {
	_, ok := k.set[v]
	return ok
}

// forget takes a key back; its place in the order stays taken.
func (k *keys) forget(v key) { delete(k.set, v) }
