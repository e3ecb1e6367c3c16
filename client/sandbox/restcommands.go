package sandbox

import (
	"errors"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/time/rate"

	"kickbench/client/usersig"
	"kickbench/client/wire"
)

// More codes of the REST API (server-facts 3.1, 3.5).
const (
	codeTooFrequent  = 60007 // REST call frequency limit
	codeNotAString   = 60015 // the UserID in the body is no string
	codeIMBadJSON    = 90001 // openim's own for a body that cannot be read
	codeIMTooMany    = 90011 // more than 500 accounts
	codeIMTooLong    = 93000 // body over 12 KB
	codeIMNoAccount  = 20003 // UserID invalid or not imported
	codeFieldTooLong = 40601 // a profile field has more than 500 bytes
)

// restCommand is one command of the REST API.
type restCommand struct {
	run       func(restRequest) any
	perSecond int // documented (server-facts 4)
	badJSON   int
}

// restCommands are the commands by their path under /v4/.
func (s *Server) restCommands() map[string]restCommand {
	return map[string]restCommand{
		"im_open_login_svc/kick":                {s.restKick, 200, codeBadJSON},
		"im_open_login_svc/account_import":      {s.restImport, 200, codeBadJSON},
		"im_open_login_svc/multiaccount_import": {s.restMultiImport, 100, codeBadJSON},
		"im_open_login_svc/account_delete":      {s.restDelete, 100, codeBadJSON},
		"im_open_login_svc/account_check":       {s.restCheck, 100, codeBadJSON},
		"openim/query_online_status":            {s.restOnlineStatus, 200, codeIMBadJSON},
		"openim/querystate":                     {s.restQueryState, 200, codeIMBadJSON},
		"openim/sendmsg":                        {s.restSendMsg, 200, codeIMBadJSON},
	}
}

// decode reads the body, a JSON object of at least {}. Fields the sandbox does not
// know are no mistake: there are many, and the vendor's server takes them all.
func (r restRequest) decode(v any) (wire.Status, bool) {
	err := json.Unmarshal(r.body, v)
	var semantic *json.SemanticError
	switch {
	case err == nil:
		return wire.OK(), true
	case !errors.As(err, &semantic) || semantic.JSONPointer == "":
		return wire.Fail(r.badJSON, "the body is no valid JSON object"), false
	}
	// No word of its value: whatever a caller sends by mistake is not to come back.
	switch name := semantic.JSONPointer.LastToken(); {
	case r.badJSON != codeBadJSON:
		return wire.Fail(r.badJSON, "the body's "+clip(name, 64)+" is of the wrong type"), false
	case name == "UserID" || name == "Identifier":
		return wire.Fail(codeNotAString, name+" is no string"), false
	default:
		return wire.Fail(codeInvalidParameter, "the body's "+clip(name, 64)+" is of the wrong type"), false
	}
}

func validUserID(id string) bool { return id != "" && len(id) <= usersig.MaxUserID }

// restRates counts the calls of each command in each app.
type restRates struct {
	override int // immutable; see Limits.RESTPerSecond

	mu   sync.Mutex
	rate map[restRateKey]*rate.Limiter // guarded by mu; as many as there are apps and commands
}

type restRateKey struct {
	sdkAppID uint64
	command  string
}

func (l *restRates) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate = nil
}

// allow counts one call.
func (l *restRates) allow(sdkAppID uint64, command string, documented int, now time.Time) bool {
	n := documented
	switch {
	case l.override < 0:
		return true
	case l.override > 0:
		n = l.override
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := restRateKey{sdkAppID, command}
	if l.rate[key] == nil {
		if l.rate == nil {
			l.rate = map[restRateKey]*rate.Limiter{}
		}
		l.rate[key] = rate.NewLimiter(rate.Limit(n), n)
	}
	return l.rate[key].AllowN(now, 1)
}
