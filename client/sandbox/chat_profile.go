package sandbox

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// What a profile and a blacklist may have.
const (
	maxTags      = 64
	maxTagBytes  = 1 << 10
	maxBlacklist = 1000
)

// tag returns a field of a profile.
func (p *person) tag(name string) *wire.ProfileTag {
	for i := range p.tags {
		if p.tags[i].Tag == name {
			return &p.tags[i]
		}
	}
	return nil
}

// text is a field of a profile that is text.
func (p *person) text(name string) string {
	var s string
	if t := p.tag(name); t != nil {
		_ = json.Unmarshal(t.Value, &s)
	}
	return s
}

// setText sets a field of a profile that is text; none is no field.
func (p *person) setText(name, value string) {
	p.tags = slices.DeleteFunc(p.tags, func(t wire.ProfileTag) bool { return t.Tag == name })
	if value != "" {
		v, _ := json.Marshal(value)
		p.tags = append(p.tags, wire.ProfileTag{Tag: name, Value: v})
	}
}

// forget makes the asking account one that chat knows nothing of: it leaves its
// groups, and its conversations end on both sides.
func (r *chatRequest) forget() {
	for _, g := range slices.Clone(r.me.groups) {
		r.quit(g, g.member(r.u.id))
	}
	for _, t := range slices.Clone(r.me.talks) {
		r.ch.end(t)
	}
	delete(r.ch.people, r.u.id)
}

// getProfiles gives everyone asked for; who never set a nickname has the user ID.
func (r *chatRequest) getProfiles(q *wire.GetProfilesRequest) any {
	out := wire.GetProfilesAnswer{Status: wire.OK(), UserProfileItem: []wire.UserProfile{}}
	for _, item := range clipList(q.UserItem) {
		id := item.ToAccount
		if id == "" {
			id = r.u.id
		}
		p := r.ch.people[id]
		if p == nil {
			p = &person{}
		}
		tags := slices.Clone(p.tags)
		if p.tag(wire.TagNick) == nil {
			nick, _ := json.Marshal(id)
			tags = append(tags, wire.ProfileTag{Tag: wire.TagNick, Value: nick})
		}
		out.UserProfileItem = append(out.UserProfileItem, wire.UserProfile{ToAccount: id, ProfileItem: tags})
	}
	return out
}

// setProfile changes the asking account's profile and tells its other instances and
// everyone it has a conversation with.
func (r *chatRequest) setProfile(q *wire.SetProfileRequest) any {
	mod := wire.ProfileDataMod{ProfileAccount: r.u.id, PushType: 1, ProfileList: []wire.ProfileTagPush{}}
	tags := slices.Clone(r.me.tags)
	for _, t := range q.ProfileItem {
		if t.Tag == "" || len(t.Tag) > 128 || len(t.Value) == 0 || len(t.Value) > maxTagBytes {
			return wire.Fail(codeInvalidParameter, "ProfileItem is not valid")
		}
		if i := slices.IndexFunc(tags, func(x wire.ProfileTag) bool { return x.Tag == t.Tag }); i >= 0 {
			tags[i] = t
		} else {
			tags = append(tags, t)
		}
		push := wire.ProfileTagPush{Tag: t.Tag}
		if jsontext.Value(t.Value).Kind() == '0' {
			push.ValueNum = t.Value
		} else {
			push.ValueBytes = t.Value
		}
		mod.ProfileList = append(mod.ProfileList, push)
	}
	if len(tags) > maxTags {
		return wire.Fail(codeInvalidParameter, "a profile has at most 64 fields")
	}
	r.me.tags = tags
	e := wire.PushEvent{Event: wire.EventProfileMod, ProfileDataMod: []wire.ProfileDataMod{mod}}
	r.push(r.u.id, e)
	for _, t := range r.me.talks {
		if peer := t.other(r.u.id); peer != r.u.id {
			r.push(peer, e)
		}
	}
	return wire.OK()
}

// blocks reports whether an account is on p's blacklist.
func (p *person) blocks(id string) bool {
	return slices.ContainsFunc(p.black, func(b wire.BlacklistItem) bool { return b.ToAccount == id })
}

func (r *chatRequest) getBlacklist(*struct{}) any {
	return wire.BlacklistAnswer{Status: wire.OK(), CompleteFlag: 1, BlackListItem: append([]wire.BlacklistItem{}, r.me.black...)}
}

// addBlacklist blocks accounts: they cannot send to the asking one any more.
func (r *chatRequest) addBlacklist(q *wire.BlacklistChange) any {
	return r.changeBlacklist(q, func(id string) (bool, *wire.ResultItem) {
		switch {
		case id == r.u.id || !r.exists(id):
			return false, &wire.ResultItem{ResultCode: wire.CodeUnknownReceiver, ResultInfo: "no such account"}
		case r.me.blocks(id):
			return false, nil
		case len(r.me.black) >= maxBlacklist:
			return false, &wire.ResultItem{ResultCode: 31307, ResultInfo: "the blacklist is full"} // the vendor's documented code
		}
		r.me.black = append(r.me.black, wire.BlacklistItem{ToAccount: id, AddBlackTimeStamp: r.now})
		return true, nil
	}, func(done []string) wire.FriendListMod { return wire.FriendListMod{BlackListAdd: done} })
}

// removeBlacklist unblocks accounts.
func (r *chatRequest) removeBlacklist(q *wire.BlacklistChange) any {
	return r.changeBlacklist(q, func(id string) (bool, *wire.ResultItem) {
		n := len(r.me.black)
		r.me.black = slices.DeleteFunc(r.me.black, func(b wire.BlacklistItem) bool { return b.ToAccount == id })
		return len(r.me.black) < n, nil
	}, func(done []string) wire.FriendListMod { return wire.FriendListMod{BlackListDel: done} })
}

// changeBlacklist changes one account after the other and tells all of the asking
// account's other instances what was changed.
func (r *chatRequest) changeBlacklist(q *wire.BlacklistChange, change func(string) (bool, *wire.ResultItem), mod func([]string) wire.FriendListMod) any {
	out := wire.BlacklistChangeAnswer{Status: wire.OK(), ResultItem: []wire.ResultItem{}}
	var done []string
	for _, id := range clipList(q.ToAccount) {
		changed, failed := change(id)
		if changed {
			done = append(done, id)
		}
		item := wire.ResultItem{}
		if failed != nil {
			item = *failed
		}
		item.ToAccount = id
		out.ResultItem = append(out.ResultItem, item)
	}
	if len(done) > 0 {
		r.pushAll(wire.PushEvent{Event: wire.EventFriendMod, FriendListMod: []wire.FriendListMod{mod(done)}})
	}
	return out
}

// pushAll tells every instance of the asking account, the asking one included: its
// list changes by the push, as recorded.
func (r *chatRequest) pushAll(e wire.PushEvent) {
	r.u.mu.Lock()
	defer r.u.mu.Unlock()
	r.s.deliver(r.u, 0, e)
}
