package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// consolePath is where the console API is, version and all.
const consolePath = "/console/v1"

// call is one call of the console API. It returns what to answer as JSON.
type call func(r *consoleRequest) (any, error)

// consoleRequest is a request that has passed the guard.
type consoleRequest struct {
	*http.Request
	body []byte
}

func (s *Server) consoleRoutes(mux *http.ServeMux) {
	for pattern, f := range map[string]call{
		"GET /apps":                           s.getApps,
		"GET /apps/{sdkAppID}/login-settings": s.getSettings,
		"PUT /apps/{sdkAppID}/login-settings": s.putSettings,
		"POST /apps/{sdkAppID}/usersig":       s.postUserSig,
		"GET /instances":                      s.getInstances,
		"POST /instances/{instID}/kick":       s.postKick,
		"POST /instances/{instID}/cut":        s.postCut,
		"POST /instances/{instID}/expire":     s.postExpire,
		"GET /clock":                          s.getClock,
		"POST /clock/advance":                 s.postAdvance,
		"GET /stats":                          s.getStats,
		"GET /faults":                         s.getFaults,
		"POST /faults":                        s.postFault,
		"DELETE /faults/{id}":                 s.deleteFault,
		"GET /defects":                        s.getDefects,
		"PUT /defects":                        s.putDefects,
		"GET /fidelity":                       s.getFidelity,
		"GET /apps/{sdkAppID}/webhook":        s.getWebhook,
		"PUT /apps/{sdkAppID}/webhook":        s.putWebhook,
		"GET /webhook/deliveries":             s.getDeliveries,
		"PUT /state":                          s.putState,
		"POST /reset":                         s.postReset,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+consolePath+path, s.guard(func(w http.ResponseWriter, r *consoleRequest) {
			answer, err := f(r)
			if err != nil {
				writeError(w, err)
				return
			}
			b, err := json.Marshal(answer)
			if err != nil {
				writeError(w, err)
				return
			}
			writeJSON(w, http.StatusOK, b)
		}))
	}
	mux.HandleFunc("GET "+consolePath+"/ledger", s.guard(s.serveLedger))
	mux.HandleFunc("GET "+consolePath+"/state", s.guard(s.serveState))
	mux.HandleFunc(consolePath+"/", s.guard(func(w http.ResponseWriter, r *consoleRequest) {
		noSuchCall(mux, w, r)
	}))
}

// guard keeps web pages and strangers out. A page of the app under test runs in a
// browser that can reach this port: it must not be able to call the console, neither
// by fetch, nor by a form, nor by a name of its own that resolves to this computer.
func (s *Server) guard(next func(http.ResponseWriter, *consoleRequest)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.ownHost(r.Host) {
			writeError(w, failf(CodeForeignHost, "this server is not called %q", clip(r.Host, 128)))
			return
		}
		if foreignOrigin(r) {
			writeError(w, failf(CodeForeignOrigin, "the console answers no web page"))
			return
		}
		if !s.authorized(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, failf(CodeUnauthorized, "the console token is missing or wrong"))
			return
		}
		if err := checkQuery(r); err != nil {
			writeError(w, err)
			return
		}
		most := s.limits.BodyBytes
		if r.URL.Path == consolePath+"/state" {
			most = s.limits.StateBytes
		}
		body, err := s.readBody(w, r, most)
		if err != nil {
			var tooLarge *http.MaxBytesError
			if errors.As(err, &tooLarge) {
				writeError(w, failf(CodeTooLarge, "body: more than %d bytes", tooLarge.Limit))
				return
			}
			writeError(w, failf(CodeBadRequest, "body could not be read"))
			return
		}
		next(w, &consoleRequest{r, body})
	}
}

// ownHost reports whether a Host header names this listener: an address of its port,
// or localhost. A name only DNS knows does not, unless configured: that is how a
// foreign page would come in (DNS rebinding).
func (s *Server) ownHost(host string) bool {
	own := s.Addr()
	if own == "" {
		return false
	}
	ownHost, ownPort, err := net.SplitHostPort(own)
	if err != nil {
		return false
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		// No port means the scheme's.
		name, port = strings.Trim(host, "[]"), "80"
		if ownPort == "443" {
			port = "443"
		}
	}
	if port != ownPort {
		return false
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if slices.Contains(s.hosts, name) {
		return true
	}
	listens := net.ParseIP(ownHost)
	if name == "localhost" {
		return listens == nil || listens.IsLoopback() || listens.IsUnspecified()
	}
	ip := net.ParseIP(name)
	if ip == nil || listens == nil {
		return strings.EqualFold(name, ownHost)
	}
	return listens.IsUnspecified() || ip.Equal(listens) || (ip.IsLoopback() && listens.IsLoopback())
}

// foreignOrigin reports whether a browser sent the request for a page of another
// origin; the sandbox has no pages, so that its own origin is nobody's.
func foreignOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return true
	}
	origins := r.Header.Values("Origin")
	for _, o := range origins {
		if o != "http://"+r.Host && o != "https://"+r.Host {
			return true
		}
	}
	return false
}

func (s *Server) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	// Hashed, so that the comparison's time tells not even the length.
	got, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(s.token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

func (r *consoleRequest) number(name string) (uint64, error) {
	n, err := strconv.ParseUint(r.PathValue(name), 10, 64)
	if err != nil {
		return 0, failf(CodeBadRequest, "%s: %q is no number", name, clip(r.PathValue(name), 64))
	}
	return n, nil
}

// queryNumber is a parameter that may be left out, which counts as 0.
func (r *consoleRequest) queryNumber(name string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, failf(CodeBadRequest, "%s: %q is no number", name, clip(text, 64))
	}
	return n, nil
}

func writeError(w http.ResponseWriter, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = failf(CodeBadRequest, "%v", err)
	}
	b, err := json.Marshal(struct {
		Error *Error `json:"error"`
	}{e})
	if err != nil {
		http.Error(w, "error could not be encoded", http.StatusInternalServerError)
		return
	}
	writeJSON(w, e.Code.httpStatus(), b)
}
