package sandbox

import "kickbench/client/wire"

// maxAccountBatch is how many accounts one call may name (server-facts 4.3).
const maxAccountBatch = 100

// restAccount is an account in the requests of account_import and multiaccount_import.
type restAccount struct {
	UserID     string `json:"UserID"`
	Identifier string `json:"Identifier"` // the older name
	Nick       string `json:"Nick"`
	FaceURL    string `json:"FaceUrl"`
}

// importREST is the code of an import, 0 if it was done.
func (s *Server) importREST(a *app, in restAccount) (code int, info string) {
	if in.UserID == "" {
		in.UserID = in.Identifier
	}
	switch {
	case !validUserID(in.UserID):
		return codeInvalidParameter, "UserID is missing or too long"
	case len(in.Nick) > maxProfileField || len(in.FaceURL) > maxProfileField:
		return codeFieldTooLong, "Nick or FaceUrl has more than 500 bytes"
	}
	s.importAccount(a, AccountInfo{UserID: in.UserID, Nick: in.Nick, FaceURL: in.FaceURL})
	return 0, ""
}

// restImport is account_import. An account that is there already is no mistake.
func (s *Server) restImport(r restRequest) any {
	var in restAccount
	if st, ok := r.decode(&in); !ok {
		return st
	}
	if code, info := s.importREST(r.app, in); code != 0 {
		return wire.Fail(code, info)
	}
	return wire.OK()
}

type failAccountsReply struct {
	wire.Status
	FailAccounts []string `json:"FailAccounts"`
}

// restMultiImport is multiaccount_import, in its newer and its older form.
func (s *Server) restMultiImport(r restRequest) any {
	var in struct {
		AccountList []restAccount `json:"AccountList"`
		Accounts    []string      `json:"Accounts"`
	}
	if st, ok := r.decode(&in); !ok {
		return st
	}
	all := in.AccountList
	for _, id := range in.Accounts {
		all = append(all, restAccount{UserID: id})
	}
	if len(all) == 0 || len(all) > maxAccountBatch {
		return wire.Fail(codeInvalidParameter, "want 1 to 100 accounts")
	}
	out := failAccountsReply{Status: wire.OK(), FailAccounts: []string{}}
	for _, a := range all {
		if code, _ := s.importREST(r.app, a); code != 0 {
			out.FailAccounts = append(out.FailAccounts, clip(a.UserID, 64))
		}
	}
	return out
}

type deleteItem struct {
	ResultCode int    `json:"ResultCode"`
	ResultInfo string `json:"ResultInfo"`
	UserID     string `json:"UserID"`
}

type deleteReply struct {
	wire.Status
	ResultItem []deleteItem `json:"ResultItem"`
}

type userItem struct {
	UserID string `json:"UserID"`
}

// restDelete is account_delete.
func (s *Server) restDelete(r restRequest) any {
	var in struct {
		DeleteItem []userItem `json:"DeleteItem"`
	}
	if st, ok := r.decode(&in); !ok {
		return st
	}
	if len(in.DeleteItem) == 0 || len(in.DeleteItem) > maxAccountBatch {
		return wire.Fail(codeInvalidParameter, "DeleteItem: want 1 to 100 accounts")
	}
	out := deleteReply{Status: wire.OK(), ResultItem: []deleteItem{}}
	for _, item := range in.DeleteItem {
		done := deleteItem{UserID: clip(item.UserID, 64)}
		if u := s.findUser(r.app, item.UserID); u == nil || !s.deleteAccount(u) {
			done.ResultCode, done.ResultInfo = codeUnknownAccount, "Err_TLS_PT_Open_Login_Account_Not_Exist"
		}
		out.ResultItem = append(out.ResultItem, done)
	}
	return out
}

type checkItem struct {
	UserID        string `json:"UserID"`
	ResultCode    int    `json:"ResultCode"`
	ResultInfo    string `json:"ResultInfo"`
	AccountStatus string `json:"AccountStatus"`
}

type checkReply struct {
	wire.Status
	ResultItem []checkItem `json:"ResultItem"`
}

// restCheck is account_check.
func (s *Server) restCheck(r restRequest) any {
	var in struct {
		CheckItem []userItem `json:"CheckItem"`
	}
	if st, ok := r.decode(&in); !ok {
		return st
	}
	if len(in.CheckItem) == 0 || len(in.CheckItem) > maxAccountBatch {
		return wire.Fail(codeInvalidParameter, "CheckItem: want 1 to 100 accounts")
	}
	out := checkReply{Status: wire.OK(), ResultItem: []checkItem{}}
	for _, item := range in.CheckItem {
		is := checkItem{UserID: clip(item.UserID, 64), AccountStatus: "NotImported"}
		if s.exists(r.app, item.UserID) {
			is.AccountStatus = "Imported"
		}
		out.ResultItem = append(out.ResultItem, is)
	}
	return out
}
