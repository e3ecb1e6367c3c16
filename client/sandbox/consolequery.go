package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// consoleParameters are the parameters of the calls that have any. One that is not here
// is refused: a misspelled filter would answer for everybody.
var consoleParameters = map[string][]string{
	"GET /instances":          {"sdkAppID", "userID"},
	"GET /ledger":             {"after", "follow", "userID"},
	"GET /state":              {"secrets"},
	"GET /webhook/deliveries": {"after", "sdkAppID", "userID"},
}

// yesOrNo are the values of the parameters that switch something.
var yesOrNo = map[string][]string{
	"follow":  {"1", "true", "0", "false"},
	"secrets": {"1", "0"},
}

// checkQuery says what is wrong with the parameters of a call of the console API.
func checkQuery(r *http.Request) error {
	method, path, _ := strings.Cut(r.Pattern, " ")
	path, ours := strings.CutPrefix(path, consolePath)
	if !ours {
		return nil
	}
	known := consoleParameters[method+" "+path]
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		switch want := yesOrNo[name]; {
		case !slices.Contains(known, name) && len(known) == 0:
			return failf(CodeBadRequest, "unknown parameter %q: this call has none", clip(name, 64))
		case !slices.Contains(known, name):
			return failf(CodeBadRequest, "unknown parameter %q (want %s)", clip(name, 64), strings.Join(known, ", "))
		case len(values) > 1:
			return failf(CodeBadRequest, "%s: given %d times", name, len(values))
		case want != nil && !slices.Contains(want, values[0]):
			return failf(CodeBadRequest, "%s: %q, want %s", name, clip(values[0], 64), strings.Join(want, " or "))
		}
	}
	return nil
}

// noSuchCall answers what no call takes: 405 where it is the method alone.
func noSuchCall(mux *http.ServeMux, w http.ResponseWriter, r *consoleRequest) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
		_, pattern := mux.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host})
		if strings.Contains(pattern, " "+consolePath) {
			allowed = append(allowed, method)
		}
	}
	call := r.Method + " " + clip(r.URL.Path, 128)
	if len(allowed) == 0 {
		writeError(w, failf(CodeNotFound, "no such call: %s", call))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	writeError(w, failf(CodeWrongMethod, "no such call: %s (want %s)", call, strings.Join(allowed, " or ")))
}
