package sandbox

import (
	"slices"

	"kickbench/client/kick"
	"kickbench/client/usersig"
	"kickbench/client/wire"
)

// Defect is a bug some vendor's server or product really had, which the sandbox can
// be given by name. Only those whose fault is the server's conduct are here: a bug of
// a client is shown by that client. All are off by default.
type Defect string

// The defects; DefectTable says of each what goes wrong and who reported it.
const (
	DefectBothSidesKicked        Defect = "both-sides-kicked"
	DefectKickLostOverReconnect  Defect = "kick-lost-over-reconnect"
	DefectKickSwallowed          Defect = "kick-swallowed"
	DefectDoubleKickPush         Defect = "double-kick-push"
	DefectWrongKickType          Defect = "wrong-kick-type"
	DefectKickSkippedForClonedID Defect = "kick-skipped-for-cloned-id"
	DefectMissedKickUnanswered   Defect = "login-after-missed-kick-unanswered"
	DefectMissedKickRefused      Defect = "login-after-missed-kick-refused"
	DefectExpiredOnlyOnSend      Defect = "expired-only-on-send"
	DefectExpiredWhenLoggedOut   Defect = "expired-told-when-logged-out"
	DefectFreshSigAfterExpiry    Defect = "fresh-usersig-refused-after-expiry"
	DefectFreshSigAfterKick      Defect = "fresh-usersig-still-refused-after-rest-kick"
	DefectOldSigSurvivesKick     Defect = "old-usersig-survives-rest-kick"
	DefectLoginAfterLogout       Defect = "login-after-logout-refused"
	DefectLogoutLogsOutAll       Defect = "logout-logs-out-all"
	DefectCommandsAfterKick      Defect = "commands-work-after-kick"
)

// DefectInfo describes a defect.
type DefectInfo struct {
	Name Defect `json:"name"`
	// Says is what goes wrong, in one English sentence.
	Says string `json:"says"`
	// Source is where it was reported or fixed, or says that it is the sandbox's own;
	// Scenario the row of the scenario library.
	Source   string `json:"source"`
	Scenario string `json:"scenario"`
}

// The vendor's change logs, as the scenario library quotes them.
const (
	changelogEN  = "https://github.com/TencentCloud/TIMSDK/blob/0217d6852d334d4f6c3480facdb3d106c92a8997/update_log_EN.md?plain=1#"
	changelogZH  = "https://github.com/TencentCloud/TIMSDK/blob/0217d6852d334d4f6c3480facdb3d106c92a8997/%E7%89%88%E6%9C%AC%E5%8E%86%E5%8F%B2.md?plain=1#"
	changelogWeb = "https://github.com/tencentyun/qcloud-documents/blob/8c7f70782f6765fd5c1f1076afeba1d394d33e52/product/%E7%A7%BB%E5%8A%A8%E4%B8%8E%E9%80%9A%E4%BF%A1/%E5%8D%B3%E6%97%B6%E9%80%9A%E4%BF%A1/4SDK%20%E4%B8%8B%E8%BD%BD/%E6%9B%B4%E6%96%B0%E6%97%A5%E5%BF%97%EF%BC%88Web%20%26%20%E5%B0%8F%E7%A8%8B%E5%BA%8F%EF%BC%89.md"
)

// ownDefect is the source of a defect that nobody was seen to have.
const ownDefect = "no report of it; it is this sandbox's own, to try a handler with"

// DefectTable are all defects, in the order in which a session meets them.
func DefectTable() []DefectInfo {
	return []DefectInfo{
		{DefectBothSidesKicked, "A login that evicts somebody is kicked itself as well, so that nobody is left.", "https://github.com/TencentCloud/TIMSDK/issues/231", "S3"},
		{DefectKickLostOverReconnect, "An instance kicked while it had no connection returns to an OK and is never told.", changelogEN + "L261", "S5"},
		{DefectKickSwallowed, "An evicted instance is told nothing, neither by a push nor when it asks.", changelogZH + "L2166", "S23"},
		{DefectDoubleKickPush, "A kick is pushed twice.", ownDefect, "S18"},
		{DefectWrongKickType, "A kick is told as the other type: multipleDevice for multipleAccount and the reverse.", "https://github.com/eclipse-mosquitto/mosquitto/issues/2607", "S19"},
		{DefectKickSkippedForClonedID, "Two machines with the same instance ID do not count as two, so that neither is kicked.", changelogEN + "L1492", "S16"},
		{DefectMissedKickUnanswered, "The first login after a kick that was missed offline is never answered.", changelogEN + "L837", "S4"},
		{DefectMissedKickRefused, "Every login of a page that missed a kick offline is refused with 6208.", changelogEN + "L1143", "S4"},
		{DefectExpiredOnlyOnSend, "An expired UserSig is told by no heartbeat and no hello, only when the user does something.", "https://github.com/TencentCloud/TIMSDK/issues/95", "S7"},
		{DefectExpiredWhenLoggedOut, "The heartbeats of a logged-out page are answered as if its UserSig had expired.", changelogEN + "L1887", "S18"},
		{DefectFreshSigAfterExpiry, "A page whose UserSig expired is refused with every new one, until it is reloaded.", changelogEN + "L2353", "S8"},
		{DefectFreshSigAfterKick, "After a REST kick every UserSig of the account is refused, however new.", "https://github.com/TencentCloud/TIMSDK/issues/586", "S8"},
		{DefectOldSigSurvivesKick, "A REST kick leaves the UserSigs made before it valid.", "https://github.com/openimsdk/open-im-server/issues/2335", "S9"},
		{DefectLoginAfterLogout, "The first login after a logout on the same page is refused with 70001.", changelogWeb, "A0 note 1, Web 2.6.6"},
		{DefectLogoutLogsOutAll, "The logout of one instance ends all of the account, without telling them.", changelogWeb, "A0 note 1, Web 2.3.1"},
		{DefectCommandsAfterKick, "A kicked instance's requests go on being answered.", changelogEN + "L361", "S32"},
	}
}

// SetDefects turns these defects on and all others off, from now on.
func (s *Server) SetDefects(on []Defect) error {
	set := map[Defect]bool{}
	for _, d := range on {
		if !slices.ContainsFunc(DefectTable(), func(i DefectInfo) bool { return i.Name == d }) {
			return failf(CodeBadRequest, "on: no defect is called %q", clip(string(d), 64))
		}
		set[d] = true
	}
	if len(set) == 0 {
		s.defects.Store(nil)
	} else {
		s.defects.Store(&set)
	}
	why := "none"
	for i, d := range s.Defects() {
		if i == 0 {
			why = string(d)
		} else {
			why += ", " + string(d)
		}
	}
	s.note(Record{Kind: KindDefects, Why: why})
	return nil
}

// Defects are those turned on, in DefectTable's order.
func (s *Server) Defects() []Defect {
	out := []Defect{}
	for _, i := range DefectTable() {
		if s.has(i.Name) {
			out = append(out, i.Name)
		}
	}
	return out
}

func (s *Server) has(d Defect) bool {
	on := s.defects.Load()
	return on != nil && (*on)[d]
}

// suffers reports whether a defect is on, and writes down that it struck.
func (s *Server) suffers(in *instance, d Defect) bool {
	if !s.has(d) {
		return false
	}
	rec := in.record(KindDefect)
	rec.Rule = string(d)
	s.note(rec)
	s.count.defects.Add(1)
	return true
}

// quirks is what defects remember of an account. Guarded by the user's mu.
type quirks struct {
	expired []string // pages, the latest last
	left    string   // the page that logged out last
}

// maxQuirks bounds the pages remembered for each account.
const maxQuirks = 16

// revoked reports whether a REST kick made the UserSig invalid, defects considered.
// With the user's mu held.
func (s *Server) revoked(u *user, t usersig.Token) bool {
	switch {
	case u.invalidBefore == 0 || s.has(DefectOldSigSurvivesKick):
		return false
	case s.has(DefectFreshSigAfterKick):
		return true
	default:
		return u.revoked(t)
	}
}

// spoilt is the refusal that a defect gives a login with a good UserSig; lost says
// that it is not even answered. With the user's mu held.
func (s *Server) spoilt(u *user, page string, p wire.Platform) (r *refusal, lost bool) {
	if s.defects.Load() == nil {
		return nil, false
	}
	if x := u.missed(page, p); x != nil {
		if s.suffers(x, DefectMissedKickRefused) {
			return &refusal{codeKickedOffline, "kicked by another terminal while offline"}, false
		}
		if s.suffers(x, DefectMissedKickUnanswered) {
			s.end(x, StateKicked)
			return nil, true
		}
	}
	if s.has(DefectFreshSigAfterExpiry) && slices.Contains(u.quirks.expired, page) {
		return &refusal{wire.CodeUserSigExpired, "UserSig expired"}, false
	}
	if s.has(DefectLoginAfterLogout) && u.quirks.left == page {
		u.quirks.left = ""
		return &refusal{wire.CodeUserSigExpired, "UserSig expired"}, false
	}
	return nil, false
}

// zombie answers the re-login of a kicked instance as if nothing had happened, where
// a defect keeps its kick from it. With the user's mu held.
func (s *Server) zombie(c *socket, in *instance, h *wire.UpHead) bool {
	late := in.kick.pushedTo == 0 && s.suffers(in, DefectKickLostOverReconnect)
	if !late && !s.suffers(in, DefectKickSwallowed) {
		return false
	}
	c.answer(h, s.loginAnswer(in))
	return true
}

// unheard reports whether a defect keeps a kicked instance's hello from telling it.
// With the user's mu held.
func (s *Server) unheard(in *instance) bool {
	return s.has(DefectKickSwallowed) || in.kick.pushedTo == 0 && s.has(DefectKickLostOverReconnect)
}

// mistold is the type that a kick is told as.
func (s *Server) mistold(in *instance, t wire.KickType) wire.KickType {
	var other wire.KickType
	switch t {
	case wire.KickMultipleAccount:
		other = wire.KickMultipleDevice
	case wire.KickMultipleDevice:
		other = wire.KickMultipleAccount
	default:
		return t
	}
	if !s.suffers(in, DefectWrongKickType) {
		return t
	}
	return other
}

// apart are the live instances that do not share the newcomer's instance ID, where a
// defect takes a clone for the same machine; all of them otherwise.
func (s *Server) apart(live []kick.Instance, newcomer *kick.Instance) []kick.Instance {
	if !s.has(DefectKickSkippedForClonedID) {
		return live
	}
	clones := func(x kick.Instance) bool {
		return x.InstID != newcomer.InstID && x.InstanceID == newcomer.InstanceID
	}
	return slices.DeleteFunc(live, clones)
}

// endSiblings ends all other instances of the account without a word. With the
// user's mu held.
func (s *Server) endSiblings(in *instance) {
	for _, x := range slices.Clone(in.user.instances) {
		if x == in || !x.state.Counts() || !s.suffers(x, DefectLogoutLogsOutAll) {
			continue
		}
		rec := x.record(KindLogout)
		rec.Why = "Another instance of the account logged out."
		s.end(x, StateLoggedOut)
		rec.Live = in.user.counting()
		s.noteState(x, rec)
	}
}

type defectsAnswer struct {
	On    []Defect     `json:"on"`
	Known []DefectInfo `json:"known,omitzero"`
}

func (s *Server) getDefects(*consoleRequest) (any, error) {
	return defectsAnswer{s.Defects(), DefectTable()}, nil
}

// putDefects takes what getDefects answers; what it knows is not looked at.
func (s *Server) putDefects(r *consoleRequest) (any, error) {
	var in defectsAnswer
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	if err := s.SetDefects(in.On); err != nil {
		return nil, err
	}
	return defectsAnswer{On: s.Defects()}, nil
}
