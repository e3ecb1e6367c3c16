package sandbox

import (
	"time"

	"kickbench/client/wire"
)

// maxStatusBatch is how many accounts query_online_status takes (server-facts 4.4).
const maxStatusBatch = 500

// pushOnlineFor is how long a mobile instance that went away can still be reached by
// push (server-facts 1.6).
const pushOnlineFor = 7 * day

// The presences.
const (
	presenceOnline     = "Online"
	presencePushOnline = "PushOnline"
	presenceOffline    = "Offline"
)

type platformStatus struct {
	Platform string `json:"Platform"`
	Status   string `json:"Status"`
}

type accountStatus struct {
	ToAccount string           `json:"To_Account"`
	Status    string           `json:"Status"`
	Detail    []platformStatus `json:"Detail,omitempty"`
}

type accountError struct {
	ToAccount string `json:"To_Account"`
	ErrorCode int    `json:"ErrorCode"`
}

// restOnlineStatus is query_online_status. IsReturnInstid and IsReturnCustomStatus are
// taken and not obeyed: how the answer spells them is not known.
func (s *Server) restOnlineStatus(r restRequest) any {
	var in struct {
		ToAccount    []string `json:"To_Account"`
		IsNeedDetail int      `json:"IsNeedDetail"`
	}
	if st, ok := r.decode(&in); !ok {
		return st
	}
	if st, ok := checkToAccount(in.ToAccount); !ok {
		return st
	}
	out := struct {
		wire.Status
		QueryResult []accountStatus `json:"QueryResult"`
		ErrorList   []accountError  `json:"ErrorList,omitempty"`
	}{Status: wire.OK(), QueryResult: []accountStatus{}}
	for _, id := range in.ToAccount {
		p, ok := s.presence(r.app, id)
		if !ok {
			out.ErrorList = append(out.ErrorList, accountError{clip(id, 64), codeUnknownAccount})
			continue
		}
		if in.IsNeedDetail != 1 {
			p.Detail = nil
		}
		out.QueryResult = append(out.QueryResult, p)
	}
	return out
}

// restQueryState is the older querystate: the same answer, with State in place of an
// account's Status.
func (s *Server) restQueryState(r restRequest) any {
	var in struct {
		ToAccount    []string `json:"To_Account"`
		IsNeedDetail int      `json:"IsNeedDetail"`
	}
	if st, ok := r.decode(&in); !ok {
		return st
	}
	if st, ok := checkToAccount(in.ToAccount); !ok {
		return st
	}
	type accountState struct {
		ToAccount string           `json:"To_Account"`
		State     string           `json:"State"`
		Detail    []platformStatus `json:"Detail,omitempty"`
	}
	out := struct {
		wire.Status
		QueryResult []accountState `json:"QueryResult"`
		ErrorList   []accountError `json:"ErrorList,omitempty"`
	}{Status: wire.OK(), QueryResult: []accountState{}}
	for _, id := range in.ToAccount {
		if p, ok := s.presence(r.app, id); ok {
			if in.IsNeedDetail != 1 {
				p.Detail = nil
			}
			out.QueryResult = append(out.QueryResult, accountState{p.ToAccount, p.Status, p.Detail})
		} else {
			out.ErrorList = append(out.ErrorList, accountError{clip(id, 64), codeUnknownAccount})
		}
	}
	return out
}

func checkToAccount(ids []string) (wire.Status, bool) {
	switch {
	case len(ids) == 0:
		return wire.Fail(codeIMBadJSON, "To_Account is missing or empty"), false
	case len(ids) > maxStatusBatch:
		return wire.Fail(codeIMTooMany, "To_Account names more than 500 accounts"), false
	}
	return wire.OK(), true
}

// presence is where an account is online: a ghost still counts as such, as the server
// has not noticed yet. Only mobile instances are PushOnline, never a Web one. Several
// instances on one platform are one entry.
func (s *Server) presence(a *app, id string) (accountStatus, bool) {
	u := s.findUser(a, id)
	if u == nil {
		return accountStatus{}, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.deleted {
		return accountStatus{}, false
	}
	out := accountStatus{ToAccount: id, Status: presenceOffline}
	now := s.clock.Now()
	for _, p := range wire.LoginPlatforms() {
		if st := u.presenceOn(p, now); st != presenceOffline {
			out.Detail = append(out.Detail, platformStatus{p.Label(), st})
			if out.Status != presenceOnline {
				out.Status = st
			}
		}
	}
	return out, true
}

// presenceOn is the presence on one platform. With mu held.
func (u *user) presenceOn(p wire.Platform, now time.Time) string {
	out := presenceOffline
	for _, in := range u.instances {
		switch {
		case u.app.group(in.platform) != p:
		case in.state.Counts():
			return presenceOnline
		case in.state == StateGone && mobile(p) && now.Before(in.until.Add(pushOnlineFor)):
			out = presencePushOnline
		}
	}
	return out
}

// mobile reports whether the platform is one that can be reached by push.
func mobile(p wire.Platform) bool {
	return p == wire.PlatformAndroid || p == wire.PlatformIPhone || p == wire.PlatformIPad
}
