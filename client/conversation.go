package client

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kickbench/client/wire"
)

// Conversation is one entry of a user's conversation list.
type Conversation struct {
	ConversationID string           `json:"conversationID"` // "C2Cbob", "GROUP@TGS#1"
	Type           ConversationType `json:"type"`
	// To is the other side: a userID, or a group's ID.
	To          string `json:"to"`
	UnreadCount int    `json:"unreadCount"`
	// LastMessage is the latest one; its Elements may be all there is to it.
	LastMessage Message `json:"lastMessage"`
	// PeerReadTime is up to when the other side has read; zero when it is not known,
	// and always for a group.
	PeerReadTime time.Time `json:"peerReadTime,omitzero"`
	Name         string    `json:"name,omitzero"` // nick or group name, where the server says
}

// maxConversations bounds the list kept in memory. Of more, those with the oldest
// last message are left out of GetConversationList and of the events.
const maxConversations = 500

// maxPages ends a list that a server never completes: enough for maxConversations of
// which each has as long a last message as there is.
const maxPages = 100

// GetConversationList asks the server for the conversations, the latest first, with
// their unread counts; at most 500. Errors as of SendMessage.
func (c *Client) GetConversationList(ctx context.Context) ([]Conversation, error) {
	const op = "getConversationList"
	var items []wire.SessionItem
	var at wire.ConversationsAnswer
	for range maxPages {
		a, err := request1(ctx, c, op, wire.CmdConversations, func(ch *chat) any {
			return conversationsRequest(ch.user, at)
		}, func(ch *chat, a wire.ConversationsAnswer) (wire.ConversationsAnswer, error) {
			if lastPage(a) {
				ch.takeConversations(append(items, a.SessionItem...))
			}
			return a, nil
		}, nil)
		if err != nil {
			return nil, err
		}
		items, at = append(items, a.SessionItem...), a
		if lastPage(a) {
			break
		}
	}
	var cs []Conversation
	user := c.GetLoginUser()
	for _, it := range items {
		cs = append(cs, conversationOf(it, user))
	}
	return sortConversations(cs), nil
}

func lastPage(a wire.ConversationsAnswer) bool { return a.CompleteFlag == 1 || len(a.SessionItem) == 0 }

func conversationsRequest(user string, at wire.ConversationsAnswer) wire.ConversationsRequest {
	return wire.ConversationsRequest{
		FromAccount: user, TimeStamp: at.TimeStamp, StartIndex: at.StartIndex,
		TopTimeStamp: at.TopTimeStamp, TopStartIndex: at.TopStartIndex,
	}
}

// conversationOf reads a conversation as the server lists it.
func conversationOf(it wire.SessionItem, user string) Conversation {
	v := Conversation{Type: ConvC2C, To: it.ToAccount, UnreadCount: it.UnreadMsgCount, Name: it.C2CNick}
	m := Message{
		Time: time.Unix(it.MsgTimeStamp, 0), Sequence: it.MsgSeq, Random: it.MsgRandom,
		Elements: it.LastMsg.MsgBody, CloudCustomData: it.LastMsg.CloudCustomData, From: it.LastC2CFrom,
		IsRevoked: it.LastMsgFlags == wire.LastC2CRevoked,
	}
	if it.Type == wire.ConversationGroup {
		v.Type, v.To, v.Name = ConvGroup, it.GroupID, it.GroupNick
		m.From, m.IsRevoked = it.MsgGroupFrom, it.LastMsgFlags == wire.LastGroupRevoked
	}
	v.ConversationID = v.Type.ID(v.To)
	if it.C2CPeerReadTime > 0 {
		v.PeerReadTime = time.Unix(it.C2CPeerReadTime, 0)
	}
	m.ConversationType, m.ConversationID, m.To, m.Out = v.Type, v.ConversationID, v.To, m.From == user
	if v.Type == ConvC2C && !m.Out {
		m.To = user
	}
	if m.IsRevoked && it.LastMsg.RevokerInfo != nil {
		m.Revoker = it.LastMsg.RevokerInfo.Revoker
	}
	m.IsPeerRead = m.Out && v.Type == ConvC2C && !m.Time.After(v.PeerReadTime)
	m.read()
	v.LastMessage = m
	return v
}

// sortConversations puts the latest first.
func sortConversations(cs []Conversation) []Conversation {
	slices.SortFunc(cs, func(a, b Conversation) int {
		return cmp.Or(b.LastMessage.Time.Compare(a.LastMessage.Time), strings.Compare(a.ConversationID, b.ConversationID))
	})
	return cs
}

// SetMessageRead says that this user has read a conversation up to its last message:
// its unread count becomes 0 here and on the user's other instances, and the other
// side of a C2C conversation emits MESSAGE_READ_BY_PEER. Errors as of SendMessage.
func (c *Client) SetMessageRead(ctx context.Context, conversationID string) error {
	const op = "setMessageRead"
	conv, to, err := parseConversationID(op, conversationID)
	if err != nil {
		return err
	}
	skew := c.snap.Load().skew
	cmd := wire.CmdReadC2C
	var upTo time.Time
	build := func(ch *chat) any {
		upTo = ch.lastTime(conversationID)
		if upTo.IsZero() {
			upTo = time.Now().Add(skew)
		}
		r := wire.ReadC2CRequest{}
		r.C2CMsgReaded.C2CMsgReadedItem = []wire.C2CReadItem{{ToAccount: to, LastedMsgTime: upTo.Unix(), Receipt: 1}}
		return r
	}
	if conv == ConvGroup {
		cmd = wire.CmdReadGroup
		build = func(ch *chat) any {
			upTo = ch.lastTime(conversationID)
			return wire.ReadGroupRequest{GroupID: to, MsgReadedSeq: ch.lastSeq(conversationID)}
		}
	}
	_, err = request1(ctx, c, op, cmd, build, func(ch *chat, _ wire.Status) (struct{}, error) {
		ch.readHere(conversationID, upTo)
		return struct{}{}, nil
	}, nil)
	return err
}

// parseConversationID takes a conversation's ID apart.
func parseConversationID(op, id string) (ConversationType, string, error) {
	for _, t := range []ConversationType{ConvC2C, ConvGroup} {
		if to, ok := strings.CutPrefix(id, string(t)); ok && to != "" {
			return t, to, nil
		}
	}
	return "", "", failure(op, errConversation, "no conversation has the ID "+id, nil)
}

// errConversation is the vendor's code for parameters it cannot use (server-facts 3.6).
var errConversation = &Error{Code: 2900, Message: "irregular parameters"}
