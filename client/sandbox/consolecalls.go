package sandbox

import (
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/wire"
)

type empty struct{}

func (s *Server) getApps(*consoleRequest) (any, error) {
	return struct {
		Apps []AppInfo `json:"apps"`
	}{s.Apps()}, nil
}

func (s *Server) getSettings(r *consoleRequest) (any, error) {
	id, err := r.number("sdkAppID")
	if err != nil {
		return nil, err
	}
	return s.LoginSettings(id)
}

func (s *Server) putSettings(r *consoleRequest) (any, error) {
	id, err := r.number("sdkAppID")
	if err != nil {
		return nil, err
	}
	var patch LoginSettingsPatch
	if err := r.decode(&patch); err != nil {
		return nil, err
	}
	return s.SetLoginSettings(id, patch)
}

func (s *Server) postUserSig(r *consoleRequest) (any, error) {
	id, err := r.number("sdkAppID")
	if err != nil {
		return nil, err
	}
	in := struct {
		UserID string `json:"userID"`
		Expire string `json:"expire"`
	}{Expire: "180d"} // the vendor's usual (server-facts 2)
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	expire, err := duration("expire", in.Expire)
	if err != nil {
		return nil, err
	}
	sig, err := s.MakeUserSig(id, in.UserID, expire)
	if err != nil {
		return nil, err
	}
	return struct {
		UserSig string `json:"userSig"`
	}{sig}, nil
}

func (s *Server) getInstances(r *consoleRequest) (any, error) {
	id, err := r.queryNumber("sdkAppID")
	if err != nil {
		return nil, err
	}
	return struct {
		Instances []InstanceInfo `json:"instances"`
	}{s.Instances(Filter{SDKAppID: id, UserID: r.URL.Query().Get("userID")})}, nil
}

func (s *Server) postKick(r *consoleRequest) (any, error) {
	id, err := r.number("instID")
	if err != nil {
		return nil, err
	}
	var in struct {
		Type wire.KickType `json:"type"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	return empty{}, s.Kick(id, in.Type)
}

func (s *Server) postCut(r *consoleRequest) (any, error) {
	id, err := r.number("instID")
	if err != nil {
		return nil, err
	}
	in := struct {
		For string `json:"for"`
	}{For: "0s"}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	d, err := duration("for", in.For)
	if err != nil {
		return nil, err
	}
	return empty{}, s.Cut(id, d)
}

func (s *Server) postExpire(r *consoleRequest) (any, error) {
	id, err := r.number("instID")
	if err != nil {
		return nil, err
	}
	if err := r.decode(&empty{}); err != nil {
		return nil, err
	}
	return empty{}, s.Expire(id)
}

type clockAnswer struct {
	Now time.Time `json:"now"`
}

func (s *Server) getClock(*consoleRequest) (any, error) { return clockAnswer{s.Now()}, nil }

func (s *Server) postAdvance(r *consoleRequest) (any, error) {
	var in struct {
		By string `json:"by"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	d, err := duration("by", in.By)
	if err != nil {
		return nil, err
	}
	if err := s.Advance(d); err != nil {
		return nil, err
	}
	return clockAnswer{s.Now()}, nil
}

func (s *Server) getStats(*consoleRequest) (any, error) { return s.Stats(), nil }

func duration(field, text string) (time.Duration, error) {
	d, err := ParseDuration(text)
	if err != nil {
		return 0, failf(CodeBadRequest, "%s: %v", field, err)
	}
	return d, nil
}

const ndjson = "application/x-ndjson"

// serveLedger answers the ledger, at once or as a stream.
func (s *Server) serveLedger(w http.ResponseWriter, r *consoleRequest) {
	after, err := r.queryNumber("after")
	if err != nil {
		writeError(w, err)
		return
	}
	// A number of another run of the sandbox, which this one has not come to.
	last, _ := s.ledger.stats()
	after = min(after, last)
	userID := r.URL.Query().Get("userID")
	if follow := r.URL.Query().Get("follow"); follow == "1" || follow == "true" {
		s.followLedger(w, r, after, userID)
		return
	}
	answer := struct {
		Records []Record `json:"records"`
		Last    uint64   `json:"last"`
	}{Records: []Record{}}
	recs, _, err := s.page(after, s.limits.LedgerRecords)
	if err != nil {
		writeError(w, err)
		return
	}
	answer.Last = after
	for _, rec := range recs {
		answer.Last = rec.Seq
		if userID == "" || rec.UserID == userID {
			answer.Records = append(answer.Records, rec)
		}
	}
	b, err := json.Marshal(answer)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, b)
}

// followLedger streams records until the reader leaves, the server closes, or a line
// cannot be written in time.
func (s *Server) followLedger(w http.ResponseWriter, r *consoleRequest, after uint64, userID string) {
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	// The body was read long ago, and a stream has no end to wait for.
	_ = out.SetReadDeadline(time.Time{})
	if out.Flush() != nil {
		return
	}
	for rec := range s.Watch(r.Context(), after) {
		if userID != "" && rec.UserID != userID {
			continue
		}
		line, err := json.Marshal(rec)
		if err != nil {
			return
		}
		_ = out.SetWriteDeadline(time.Now().Add(answerTimeout))
		if _, err := w.Write(append(line, '\n')); err != nil {
			return
		}
		if out.Flush() != nil {
			return
		}
	}
}
