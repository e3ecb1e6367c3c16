package sandbox

import (
	"cmp"
	"slices"
	"time"

	"kickbench/client/wire"
)

// maxProfileField bounds a nickname and a picture's address, in bytes (server-facts
// 4.3: 40601).
const maxProfileField = 500

// AccountInfo is an account: one that was imported, or that logged in once.
type AccountInfo struct {
	UserID string `json:"userID"`
	// Nick and FaceURL are of its profile: what the import said, or what the account set
	// since. An import takes at most 500 bytes each.
	Nick    string `json:"nick,omitzero"`
	FaceURL string `json:"faceURL,omitzero"`
	// InvalidBefore is the second of the last REST kick: UserSigs made up to then are
	// refused. Zero if there was none.
	InvalidBefore time.Time `json:"userSigsInvalidUpTo,omitzero"`
}

// Accounts are an app's accounts, by user ID.
func (s *Server) Accounts(sdkAppID uint64) ([]AccountInfo, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return nil, err
	}
	return s.accounts(a), nil
}

func (s *Server) accounts(a *app) []AccountInfo {
	out := []AccountInfo{}
	a.chat.mu.Lock()
	defer a.chat.mu.Unlock()
	s.users.Range(func(_, v any) bool {
		u := v.(*user)
		if u.app != a {
			return true
		}
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.deleted {
			return true
		}
		i := AccountInfo{UserID: u.id}
		if p := a.chat.people[u.id]; p != nil {
			i.Nick, i.FaceURL = p.text(wire.TagNick), p.text(wire.TagAvatar)
		}
		if u.invalidBefore != 0 {
			i.InvalidBefore = time.Unix(u.invalidBefore, 0).UTC()
		}
		out = append(out, i)
		return true
	})
	slices.SortFunc(out, func(a, b AccountInfo) int { return cmp.Compare(a.UserID, b.UserID) })
	return out
}

// register makes a deleted account one again, as its first login does. With mu held.
func (s *Server) register(u *user) {
	if u.deleted {
		u.deleted = false
		s.count.users.Add(1)
	}
}

// ImportAccount makes an account, as the REST API's account_import does. One that is
// there keeps its sessions and its number, and its profile where i says nothing.
// InvalidBefore is not looked at.
func (s *Server) ImportAccount(sdkAppID uint64, i AccountInfo) error {
	a, err := s.app(sdkAppID)
	if err != nil {
		return err
	}
	if !validUserID(i.UserID) {
		return failf(CodeBadRequest, "userID: %d bytes, want 1 to 32", len(i.UserID))
	}
	if len(i.Nick) > maxProfileField || len(i.FaceURL) > maxProfileField {
		return failf(CodeBadRequest, "nick, faceURL: more than %d bytes", maxProfileField)
	}
	s.importAccount(a, i)
	return nil
}

func (s *Server) importAccount(a *app, i AccountInfo) {
	u := s.user(a, i.UserID)
	r, done := s.chatAs(a, i.UserID)
	defer done()
	if i.Nick != "" {
		r.me.setText(wire.TagNick, i.Nick)
	}
	if i.FaceURL != "" {
		r.me.setText(wire.TagAvatar, i.FaceURL)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	s.register(u)
	s.note(Record{Kind: KindAccountImported, SDKAppID: a.id, UserID: u.id})
}

// exists reports whether the app has such an account.
func (s *Server) exists(a *app, userID string) bool {
	u := s.findUser(a, userID)
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.deleted
}

// DeleteAccount ends an account's sessions and forgets it. No source says what its
// online instances are told: here it is what a REST kick tells. UserSigs stay valid,
// and the next login makes the account anew, as a first one does. The vendor's ban on
// importing a deleted account for three months is not of trial apps, and not of this.
func (s *Server) DeleteAccount(sdkAppID uint64, userID string) error {
	a, err := s.app(sdkAppID)
	if err != nil {
		return err
	}
	u := s.findUser(a, userID)
	if u == nil || !s.deleteAccount(u) {
		return failf(CodeUnknownUser, "app %d has no account called %q", sdkAppID, clip(userID, 64))
	}
	return nil
}

func (s *Server) deleteAccount(u *user) bool {
	r, done := s.chatAs(u.app, u.id)
	defer done()
	if !s.closeAccount(u) {
		return false
	}
	r.forget()
	return true
}

func (s *Server) closeAccount(u *user) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.deleted {
		return false
	}
	u.deleted = true
	s.count.users.Add(-1)
	s.note(Record{Kind: KindAccountDeleted, SDKAppID: u.app.id, UserID: u.id})
	s.evictAll(u, "The account was deleted.")
	return true
}
