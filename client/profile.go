package client

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// Profile is what an account shows of itself.
type Profile struct {
	UserID string `json:"userID"`
	Nick   string `json:"nick"`
	Avatar string `json:"avatar"` // a URL
	// Tags are all fields as the server names them ("Tag_Profile_IM_Gender"), text or
	// number, Nick and Avatar included.
	Tags map[string]jsontext.Value `json:"tags,omitzero"`
}

// ProfileChange is what UpdateMyProfile changes; nil leaves a field alone.
type ProfileChange struct {
	Nick   *string
	Avatar *string
	// Tags are further fields as the server names them.
	Tags map[string]jsontext.Value
}

// GetMyProfile asks the server for this user's profile. Errors as of SendMessage.
func (c *Client) GetMyProfile(ctx context.Context) (Profile, error) {
	return request1(ctx, c, "getMyProfile", wire.CmdGetProfiles,
		func(ch *chat) any { return profileRequest(ch.user) },
		func(ch *chat, a wire.GetProfilesAnswer) (Profile, error) {
			ch.takeProfile(a)
			return ch.profile.clone(), nil
		}, nil)
}

// UpdateMyProfile changes this user's profile and gives it as it is then. Emits
// PROFILE_UPDATED here when something changed, and on the user's other instances.
// Errors as of SendMessage.
func (c *Client) UpdateMyProfile(ctx context.Context, p ProfileChange) (Profile, error) {
	tags := map[string]jsontext.Value{}
	for k, v := range p.Tags {
		tags[k] = v
	}
	for k, v := range map[string]*string{wire.TagNick: p.Nick, wire.TagAvatar: p.Avatar} {
		if v != nil {
			tags[k] = text(*v)
		}
	}
	return request1(ctx, c, "updateMyProfile", wire.CmdSetProfile, func(ch *chat) any {
		r := wire.SetProfileRequest{FromAccount: ch.user}
		for k, v := range tags {
			r.ProfileItem = append(r.ProfileItem, wire.ProfileTag{Tag: k, Value: v})
		}
		return r
	}, func(ch *chat, _ wire.Status) (Profile, error) {
		ch.changeProfile(ch.user, tags)
		return ch.profile.clone(), nil
	}, nil)
}

func profileRequest(user string) any {
	var r wire.GetProfilesRequest
	r.UserItem = append(r.UserItem, struct {
		ToAccount string `json:"To_Account"`
	}{user})
	return r
}

func text(s string) jsontext.Value {
	v, err := json.Marshal(s)
	if err != nil { // invalid UTF-8
		return jsontext.Value(`""`)
	}
	return v
}

// set takes one field; it reports whether that changed anything.
func (p *Profile) set(tag string, v jsontext.Value) bool {
	if old, ok := p.Tags[tag]; len(v) == 0 || ok && string(old) == string(v) {
		return false
	}
	if p.Tags == nil {
		p.Tags = map[string]jsontext.Value{}
	}
	p.Tags[tag] = v.Clone()
	var s string
	if v.Kind() == '"' {
		_ = json.Unmarshal(v, &s)
	}
	switch tag {
	case wire.TagNick:
		p.Nick = s
	case wire.TagAvatar:
		p.Avatar = s
	}
	return true
}

func (p *Profile) clone() Profile {
	q := *p
	q.Tags = make(map[string]jsontext.Value, len(p.Tags))
	for k, v := range p.Tags {
		q.Tags[k] = v
	}
	return q
}
