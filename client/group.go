package client

import (
	"context"
	"slices"
	"strings"
	"time"

	"kickbench/client/wire"
)

// Group is a group this user is a member of.
type Group struct {
	GroupID      string    `json:"groupID"`
	Type         string    `json:"type"` // as the server says it: Private, Public, ChatRoom
	Name         string    `json:"name"`
	Avatar       string    `json:"avatar,omitzero"`
	Introduction string    `json:"introduction,omitzero"`
	Notification string    `json:"notification,omitzero"`
	OwnerID      string    `json:"ownerID"`
	CreateTime   time.Time `json:"createTime"`
	MemberCount  int       `json:"memberCount"`
	MaxMembers   int       `json:"maxMembers,omitzero"`
	// Role is this user's: "Owner", "Admin" or "Member".
	Role string `json:"role"`
}

// NewGroup says what CreateGroup makes.
type NewGroup struct {
	Name    string
	Type    string   // empty means Private, which the vendor calls Work
	GroupID string   // empty: the server makes one
	Members []string // beside the owner, who is whoever creates it
}

// GetGroupList asks the server for the groups this user is a member of, in the order
// of their IDs. Errors as of SendMessage.
func (c *Client) GetGroupList(ctx context.Context) ([]Group, error) {
	return request1(ctx, c, "getGroupList", wire.CmdJoinedGroups,
		func(ch *chat) any { return groupsRequest(ch.user) },
		func(ch *chat, a wire.JoinedGroupsAnswer) ([]Group, error) {
			ch.takeGroups(a, false)
			return slices.Clone(ch.groups), nil
		}, nil)
}

// CreateGroup makes a group this user owns. Emits GROUP_LIST_UPDATED here and with
// everyone who is in it. It fails as SendMessage does, and with 10021 where the ID is
// in use, 10004 where the server does not like an argument.
func (c *Client) CreateGroup(ctx context.Context, g NewGroup) (Group, error) {
	if g.Type == "" {
		g.Type = "Private"
	}
	members := slices.Clone(g.Members)
	return request1(ctx, c, "createGroup", wire.CmdCreateGroup, func(ch *chat) any {
		r := wire.CreateGroupRequest{Type: g.Type, Name: g.Name, GroupID: g.GroupID, OwnerAccount: ch.user}
		for _, m := range members {
			r.MemberList = append(r.MemberList, wire.GroupMemberRef{MemberAccount: m})
		}
		return r
	}, func(ch *chat, a wire.CreateGroupAnswer) (Group, error) {
		made := Group{GroupID: a.GroupID, Type: g.Type, Name: g.Name, OwnerID: ch.user, Role: wire.RoleOwner, MemberCount: 1 + len(members)}
		ch.addGroup(made)
		return made, nil
	}, nil)
}

// JoinGroup joins a group. Emits GROUP_LIST_UPDATED. It fails as SendMessage does, and
// with 10010 where there is no such group, 10013 for one who is a member already, 10014
// where it is full, 10007 where it may not be joined.
func (c *Client) JoinGroup(ctx context.Context, groupID string) error {
	return c.groupRequest(ctx, "joinGroup", wire.CmdJoinGroup, groupID, func(ch *chat) {
		ch.askGroups() // what the group is, the server alone knows
	})
}

// QuitGroup leaves a group. Emits GROUP_LIST_UPDATED. It fails as SendMessage does, and
// with 10007 for one who may not: not a member, or the owner of a group that cannot do
// without.
func (c *Client) QuitGroup(ctx context.Context, groupID string) error {
	return c.groupRequest(ctx, "quitGroup", wire.CmdQuitGroup, groupID, func(ch *chat) { ch.dropGroup(groupID) })
}

// DismissGroup ends a group for everyone. Emits GROUP_LIST_UPDATED here and with its
// members. It fails as SendMessage does, and with 10007 for one who may not.
func (c *Client) DismissGroup(ctx context.Context, groupID string) error {
	return c.groupRequest(ctx, "dismissGroup", wire.CmdDismissGroup, groupID, func(ch *chat) { ch.dropGroup(groupID) })
}

func (c *Client) groupRequest(ctx context.Context, op, cmd, groupID string, take func(*chat)) error {
	_, err := request1(ctx, c, op, cmd,
		func(*chat) any { return wire.GroupRequest{GroupID: groupID} },
		func(ch *chat, _ wire.Status) (struct{}, error) {
			take(ch)
			return struct{}{}, nil
		}, nil)
	return err
}

// groupsBody is the body of wire.CmdJoinedGroups as recorded.
type groupsBody struct {
	MemberAccount  string         `json:"Member_Account"`
	Limit          int            `json:"Limit"`
	Offset         int            `json:"Offset"`
	ResponseFilter responseFilter `json:"ResponseFilter"`
}

type responseFilter struct {
	GroupBaseInfoFilter []string `json:"GroupBaseInfoFilter"`
	SelfInfoFilter      []string `json:"SelfInfoFilter"`
}

// maxGroups bounds the list of groups, by the vendor's page (recorded as Limit).
const maxGroups = 200

func groupsRequest(user string) any {
	return groupsBody{MemberAccount: user, Limit: maxGroups, ResponseFilter: responseFilter{
		GroupBaseInfoFilter: []string{
			"Type", "Name", "Introduction", "Notification", "FaceUrl", "Owner_Account", "CreateTime",
			"InfoSeq", "LastInfoTime", "LastMsgTime", "MemberNum", "MaxMemberNum", "NextMsgSeq",
		},
		SelfInfoFilter: []string{"Role", "JoinTime", "MsgFlag", "MsgSeq"},
	}}
}

func groupOf(w wire.GroupInfo) Group {
	g := Group{
		GroupID: w.GroupID, Type: w.Type, Name: w.Name, Avatar: w.FaceURL, Introduction: w.Introduction,
		Notification: w.Notification, OwnerID: w.OwnerAccount, CreateTime: time.Unix(w.CreateTime, 0),
		MemberCount: w.MemberNum, MaxMembers: w.MaxMemberNum,
	}
	if w.SelfInfo != nil {
		g.Role = w.SelfInfo.Role
	}
	return g
}

func sortGroups(gs []Group) []Group {
	slices.SortFunc(gs, func(a, b Group) int { return strings.Compare(a.GroupID, b.GroupID) })
	return gs
}
