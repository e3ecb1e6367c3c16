package wire

import "github.com/go-json-experiment/json/jsontext"

// ProfileTag is one field of a profile. Value is text or a number.
type ProfileTag struct {
	Tag   string         `json:"Tag"`
	Value jsontext.Value `json:"Value"`
}

// GetProfilesRequest is the body of CmdGetProfiles.
type GetProfilesRequest struct {
	UserItem []struct {
		ToAccount string `json:"To_Account"`
	} `json:"UserItem"`

	Unknown jsontext.Value `json:",embed"`
}

// GetProfilesAnswer is the body of the answer to CmdGetProfiles.
type GetProfilesAnswer struct {
	Status
	UserProfileItem []UserProfile `json:"UserProfileItem"`
}

// UserProfile is an account's profile.
type UserProfile struct {
	ToAccount        string       `json:"To_Account"`
	ResultCode       int          `json:"ResultCode"`
	ResultInfo       string       `json:"ResultInfo"`
	StandardSequence int          `json:"StandardSequence"`
	CustomSequence   int          `json:"CustomSequence"`
	ProfileItem      []ProfileTag `json:"ProfileItem"`
}

// SetProfileRequest is the body of CmdSetProfile; the answer is a Status.
type SetProfileRequest struct {
	FromAccount string       `json:"From_Account"`
	ProfileItem []ProfileTag `json:"ProfileItem"`
}

// ProfileDataMod stands in a PushEvent with number EventProfileMod: somebody's
// profile changed.
type ProfileDataMod struct {
	ProfileAccount string           `json:"Profile_Account"`
	PushType       int              `json:"PushType"`
	ProfileList    []ProfileTagPush `json:"ProfileList"`

	Unknown jsontext.Value `json:",embed"`
}

// ProfileTagPush is a ProfileTag in a push: text in ValueBytes, a number in ValueNum.
type ProfileTagPush struct {
	Tag        string         `json:"Tag"`
	ValueBytes jsontext.Value `json:"ValueBytes,omitzero"`
	ValueNum   jsontext.Value `json:"ValueNum,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// BlacklistAnswer is the body of the answer to CmdGetBlacklist. Without CompleteFlag
// 1 the SDK asks again for ever.
type BlacklistAnswer struct {
	Status
	BlackListItem    []BlacklistItem `json:"BlackListItem"`
	StartIndex       int             `json:"StartIndex"`
	CurruentSequence int             `json:"CurruentSequence"` // the vendor's spelling
	CompleteFlag     int             `json:"CompleteFlag"`
}

// BlacklistItem is one account on a blacklist.
type BlacklistItem struct {
	ToAccount         string `json:"To_Account"`
	AddBlackTimeStamp int64  `json:"AddBlackTimeStamp"`
}

// BlacklistChange is the body of CmdAddBlacklist and CmdRemoveBlacklist.
type BlacklistChange struct {
	FromAccount string   `json:"From_Account"`
	ToAccount   []string `json:"To_Account"`
}

// BlacklistChangeAnswer is the body of their answers.
type BlacklistChangeAnswer struct {
	Status
	ResultItem []ResultItem `json:"ResultItem"`
}

// ResultItem is what became of one account of a request.
type ResultItem struct {
	ToAccount  string `json:"To_Account"`
	ResultCode int    `json:"ResultCode"`
	ResultInfo string `json:"ResultInfo"`
}

// FriendListMod stands in a PushEvent with number EventFriendMod.
type FriendListMod struct {
	BlackListAdd []string `json:"BlackListAdd_Account,omitzero"`
	BlackListDel []string `json:"BlackListDel_Account,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}
