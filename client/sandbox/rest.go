package sandbox

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/usersig"
	"kickbench/client/wire"
)

// Codes of the REST API (server-facts 3.1).
const (
	codeBadHTTP       = 60002
	codeBadJSON       = 60003
	codeBadAppID      = 60006
	codeBadURL        = 60009
	codeNoAdmin       = 60010
	codeNoAppID       = 60012
	codeBadParameters = 60025
)

// restRequest is a REST call whose caller is known to be an admin.
type restRequest struct {
	app     *app
	admin   string
	body    []byte
	badJSON int // the code of a body that is no JSON object
}

func (s *Server) restRoutes(mux *http.ServeMux) {
	for name, c := range s.restCommands() {
		mux.HandleFunc("/v4/"+name, s.rest(name, c))
	}
	mux.HandleFunc("/v4/", func(w http.ResponseWriter, _ *http.Request) {
		writeREST(w, wire.Fail(codeBadURL, "the sandbox has no such command"))
	})
}

// rest wraps a command: it checks the URL and the admin's UserSig, and answers 200
// whatever comes of it, as the vendor does (server-facts 4.1).
func (s *Server) rest(name string, c restCommand) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		writeREST(w, s.restCall(w, r, name, c))
	}
}

func (s *Server) restCall(w http.ResponseWriter, r *http.Request, name string, c restCommand) any {
	if r.Method != http.MethodPost {
		return wire.Fail(codeBadHTTP, "use POST")
	}
	q := r.URL.Query()
	if q.Get("sdkappid") == "" {
		return wire.Fail(codeNoAppID, "sdkappid is missing in the URL")
	}
	id, err := strconv.ParseUint(q.Get("sdkappid"), 10, 64)
	if err != nil || s.appOf(id) == nil {
		return wire.Fail(codeBadAppID, "sdkappid is invalid")
	}
	a := s.appOf(id)
	if a.disabled() {
		return wire.Fail(codeDisabled, disabledInfo)
	}
	admin, sig := q.Get("identifier"), q.Get("usersig")
	switch {
	case admin == "":
		return wire.Fail(codeBadParameters, "identifier is missing in the URL")
	case sig == "":
		return wire.Fail(codeBadParameters, "usersig is missing in the URL")
	case q.Get("contenttype") != "json":
		return wire.Fail(codeBadParameters, "contenttype must be json")
	}
	if st := s.checkAdmin(a, admin, sig); st.ErrorCode != 0 {
		return st
	}
	if !s.restRates.allow(a.id, name, c.perSecond, s.clock.Now()) {
		return wire.Fail(codeTooFrequent, "the command is called too often")
	}
	body, err := s.readBody(w, r, s.limits.BodyBytes)
	if err != nil {
		return wire.Fail(codeBadHTTP, "the request's body could not be read, or is too large")
	}
	return c.run(restRequest{app: a, admin: admin, body: body, badJSON: c.badJSON})
}

func (s *Server) checkAdmin(a *app, admin, sig string) wire.Status {
	token, err := usersig.Verify(sig, a.cred.Load().key, a.id, admin, s.clock.Now())
	if err != nil {
		var ue *usersig.Error
		if errors.As(err, &ue) {
			return wire.Fail(ue.Code, ue.Message)
		}
		return wire.Fail(codeNotLoggedIn, "UserSig check failed")
	}
	if u := s.findUser(a, admin); u != nil {
		u.mu.Lock()
		revoked := s.revoked(u, token)
		u.mu.Unlock()
		if revoked {
			return wire.Fail(codeUserSigRevoked, "UserSig was invalidated, generate a new one")
		}
	}
	if !slices.Contains(a.cred.Load().admins, admin) {
		return wire.Fail(codeNoAdmin, "the identifier is no admin of the app")
	}
	return wire.OK()
}

// restKick is v4/im_open_login_svc/kick, with the older name of its field as well
// (server-facts 4.2).
func (s *Server) restKick(r restRequest) any {
	var in struct {
		UserID     string `json:"UserID"`
		Identifier string `json:"Identifier"`
	}
	if st, ok := r.decode(&in); !ok {
		return st
	}
	id := in.UserID
	if id == "" {
		id = in.Identifier
	}
	if !validUserID(id) {
		return wire.Fail(codeInvalidParameter, "UserID is missing or too long")
	}
	if err := s.KickUser(r.app.id, id); err != nil {
		return wire.Fail(codeUnknownAccount, "the account does not exist")
	}
	return wire.OK()
}

// readBody reads a body of so many bytes at most within HeaderTimeout.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.limits.HeaderTimeout))
	return io.ReadAll(http.MaxBytesReader(w, r.Body, most))
}

func writeREST(w http.ResponseWriter, answer any) {
	b, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "answer could not be encoded", http.StatusInternalServerError)
		return
	}
	// As the vendor's answers (server-facts 4.1). A call needs an admin's UserSig, which
	// no foreign page has.
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "X-Requested-With")
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	writeJSON(w, http.StatusOK, b)
}

// answerTimeout bounds the writing of an HTTP answer.
const answerTimeout = 10 * time.Second

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTimeout))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
