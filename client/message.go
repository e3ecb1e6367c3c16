package client

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// ConversationType is what kind of conversation a message belongs to.
type ConversationType string

// The vendor's TYPES.CONV_C2C and CONV_GROUP.
const (
	ConvC2C   ConversationType = "C2C"
	ConvGroup ConversationType = "GROUP"
)

// ID is a conversation's ID as the vendor writes it: the type, and who is on the
// other side without anything between.
func (t ConversationType) ID(to string) string { return string(t) + to }

// MessageType is the type of a message's first element.
type MessageType string

// The vendor's TYPES.MSG_TEXT and MSG_CUSTOM (server-facts 6.5). Others are passed on.
const (
	MsgText   MessageType = wire.ElemText
	MsgCustom MessageType = wire.ElemCustom
)

// Message is a message, sent or received.
type Message struct {
	// ID tells messages of one client apart; it is not the server's.
	ID               string           `json:"ID"`
	ConversationID   string           `json:"conversationID"`
	ConversationType ConversationType `json:"conversationType"`
	From             string           `json:"from"`
	To               string           `json:"to"` // a userID, or a group's ID
	// Out is true of a message this user sent, from whichever instance.
	Out bool `json:"out"`
	// Time is the server's, in whole seconds; this computer's before it was sent.
	Time     time.Time `json:"time"`
	Sequence uint64    `json:"sequence"`
	Random   uint64    `json:"random"`
	// Key names the message in a server's history; empty for a group's.
	Key string `json:"key,omitzero"`

	Type MessageType `json:"type"`
	// Text is that of a text message.
	Text string `json:"text,omitzero"`
	// Custom is the content of a custom message.
	Custom *Custom `json:"custom,omitzero"`
	// Elements is the body as it stands on the wire.
	Elements        []wire.MsgElem `json:"elements,omitzero"`
	CloudCustomData string         `json:"cloudCustomData,omitzero"`
	Nick            string         `json:"nick,omitzero"`
	Avatar          string         `json:"avatar,omitzero"`

	IsRevoked  bool   `json:"isRevoked,omitzero"`
	IsRead     bool   `json:"isRead,omitzero"` // an incoming message this user has read since it came
	Revoker    string `json:"revoker,omitzero"`
	IsPeerRead bool   `json:"isPeerRead,omitzero"` // an outgoing C2C message the other side has read
}

// Custom is the content of a custom message: three texts of the app's own.
type Custom struct {
	Data        string `json:"data"`
	Description string `json:"description"`
	Extension   string `json:"extension"`
}

// CreateTextMessage makes a text message to a user or a group, to be sent with
// SendMessage. It does no I/O and works at any time; the sender is whoever is logged
// in when it is sent.
func (c *Client) CreateTextMessage(to string, conv ConversationType, text string) Message {
	return newMessage(to, conv, wire.ElemText, wire.TextContent{Text: text})
}

// CreateCustomMessage makes a custom message. See CreateTextMessage.
func (c *Client) CreateCustomMessage(to string, conv ConversationType, custom Custom) Message {
	return newMessage(to, conv, wire.ElemCustom, wire.CustomContent{
		Data: custom.Data, Desc: custom.Description, Ext: custom.Extension,
	})
}

// newMessage gives a message the numbers that make it the same one however often
// it is sent.
func newMessage(to string, conv ConversationType, kind string, content any) Message {
	body, err := json.Marshal(content)
	if err != nil { // invalid UTF-8
		body = jsontext.Value(`{}`)
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails (its doc)
	m := Message{
		ConversationID: conv.ID(to), ConversationType: conv, To: to, Out: true,
		Time: time.Now(), Elements: []wire.MsgElem{{MsgType: kind, MsgContent: body}},
		// Both are 32 bits wide on the wire (transcript.jsonl).
		Sequence: uint64(binary.BigEndian.Uint32(b[:4]) | 1),
		Random:   uint64(binary.BigEndian.Uint32(b[4:]) | 1),
	}
	m.read()
	return m
}

// read fills in what the elements say, and the ID.
func (m *Message) read() {
	m.ID = fmt.Sprintf("%s-%d-%d", m.From, m.Sequence, m.Random)
	if len(m.Elements) == 0 {
		return
	}
	e := m.Elements[0]
	m.Type = MessageType(e.MsgType)
	switch m.Type {
	case MsgText:
		var t wire.TextContent
		_ = wire.DecodeBody(e.MsgContent, &t) // what cannot be read stays in Elements
		m.Text = t.Text
	case MsgCustom:
		var t wire.CustomContent
		_ = wire.DecodeBody(e.MsgContent, &t)
		m.Custom = &Custom{Data: t.Data, Description: t.Desc, Extension: t.Ext}
	}
}

// c2cMessage is a one-to-one message as user sees it.
func c2cMessage(w wire.C2CMessage, user string) Message {
	w = w.Straight()
	m := Message{
		ConversationType: ConvC2C, From: w.FromAccount, To: w.ToAccount, Out: w.FromAccount == user,
		Time: time.Unix(w.MsgTimeStamp, 0), Sequence: w.MsgSeq, Random: w.MsgRandom, Key: w.MsgKey,
		Elements: w.MsgBody, CloudCustomData: w.CloudCustomData, Nick: w.FromNick, Avatar: w.FromAvatar,
		IsRevoked: w.MsgFlagBits&flagRevoked != 0,
	}
	m.ConversationID = ConvC2C.ID(w.FromAccount)
	if m.Out {
		m.ConversationID = ConvC2C.ID(w.ToAccount)
	}
	m.read()
	return m
}

// flagRevoked is the bit of MsgFlagBits on a message that was revoked.
const flagRevoked = 8

func groupMessage(w wire.GroupMessage, user string) Message {
	m := Message{
		ConversationType: ConvGroup, ConversationID: ConvGroup.ID(w.ToGroupID),
		From: w.FromAccount, To: w.ToGroupID, Out: w.FromAccount == user,
		Time: time.Unix(w.MsgTimeStamp, 0), Sequence: w.MsgSeq, Random: w.MsgRandom,
		Elements: w.MsgBody, CloudCustomData: w.CloudCustomData,
		Nick: w.GroupInfo.FromNick, Avatar: w.GroupInfo.FromAvatar,
		IsRevoked: w.IsPlaceMsg != 0,
	}
	m.read()
	return m
}

// SendMessage sends a message made with CreateTextMessage or CreateCustomMessage and
// gives it back with the server's time. A message that is sent again, because this
// returned an error, is the same to the server and told to its receiver once. While
// the connection is being renewed it waits. It fails with
//
//   - 2999: not ready; errors.Is also matches the reason, 3001 to 3006
//   - 2801: no answer within 15 s or before ctx ended; it may have been delivered
//   - 20003, 20007, 80002, 10007, 10010, …: what the server refused it with
//     (unknown receiver, blacklisted, too long, not a member, no such group)
func (c *Client) SendMessage(ctx context.Context, m Message) (Message, error) {
	const op = "sendMessage"
	if m.To == "" || len(m.Elements) == 0 {
		return m, failure(op, errMessage, "the message has no receiver or no body", nil)
	}
	random := m.Random
	fail := func(ch *chat, _ error) { ch.own.forget(ownKey(m.ConversationID, random)) }
	if m.ConversationType == ConvGroup {
		return request1(ctx, c, op, wire.CmdSendGroup, func(ch *chat) any {
			ch.own.add(ownKey(m.ConversationID, random))
			return wire.SendGroupRequest{
				FromAccount: ch.user, GroupID: m.To, Random: m.Random, ClientSeq: m.Sequence,
				MsgPriority: "Normal", MsgBody: m.Elements, CloudCustomData: m.CloudCustomData,
				MsgClientTime: m.Time.Unix(),
			}
		}, func(ch *chat, a wire.SendGroupAnswer) (Message, error) {
			m.From, m.Nick, m.Avatar = ch.user, ch.profile.Nick, ch.profile.Avatar
			m.Sequence, m.Time = a.MsgSeq, time.Unix(a.MsgTime, 0)
			m.read()
			ch.sent(m)
			return m, nil
		}, fail)
	}
	return request1(ctx, c, op, wire.CmdSendC2C, func(ch *chat) any {
		ch.own.add(ownKey(m.ConversationID, random))
		return wire.SendC2CRequest{
			FromAccount: ch.user, ToAccount: m.To, MsgSeq: m.Sequence, MsgRandom: m.Random,
			MsgBody: m.Elements, CloudCustomData: m.CloudCustomData, MsgClientTime: m.Time.Unix(),
			FromNick: ch.profile.Nick, FromAvatar: ch.profile.Avatar,
		}
	}, func(ch *chat, a wire.SendC2CAnswer) (Message, error) {
		m.From, m.Nick, m.Avatar = ch.user, ch.profile.Nick, ch.profile.Avatar
		m.Key, m.Time = a.MsgKey, time.Unix(a.MsgTime, 0)
		m.read()
		ch.sent(m)
		return m, nil
	}, fail)
}

// errMessage is the vendor's code for a message that cannot be sent as it is
// (server-facts 3.6, 2100 and on).
var errMessage = &Error{Code: 2100, Message: "the message cannot be sent"}

// RevokeMessage takes a sent message back: its receiver and this user's other
// instances emit MESSAGE_REVOKED, this one does not. Errors as of SendMessage; the
// server sets how long a message may be revoked (20016 after it).
func (c *Client) RevokeMessage(ctx context.Context, m Message) error {
	const op = "revokeMessage"
	done := func(ch *chat, _ wire.Status) (struct{}, error) {
		ch.revoke(m.ConversationID, m.From, m.Sequence, m.Random, ch.user)
		return struct{}{}, nil
	}
	var err error
	if m.ConversationType == ConvGroup {
		_, err = request1(ctx, c, op, wire.CmdRevokeGroup, func(*chat) any {
			r := wire.RevokeGroupRequest{GroupID: m.To}
			r.MsgSeqList = append(r.MsgSeqList, struct {
				MsgSeq uint64 `json:"MsgSeq"`
			}{m.Sequence})
			return r
		}, done, nil)
		return err
	}
	_, err = request1(ctx, c, op, wire.CmdRevokeC2C, func(*chat) any {
		return wire.RevokeC2CRequest{MsgInfo: wire.MsgInfo{
			FromAccount: m.From, ToAccount: m.To, MsgSeq: m.Sequence, MsgRandom: m.Random, MsgTimeStamp: m.Time.Unix(),
		}}
	}, done, nil)
	return err
}

// MessageList is a page of a conversation's history.
type MessageList struct {
	Messages    []Message // the oldest first
	IsCompleted bool      // nothing is before these
}

// pageSize is how many messages the vendor's getMessageList gives at a time.
const pageSize = 15

// GetMessageList gives up to 15 messages of a conversation from the server, the
// latest ones, or those before a message. It does not touch unread counts. Errors as
// of SendMessage.
func (c *Client) GetMessageList(ctx context.Context, conversationID string, before *Message) (MessageList, error) {
	const op = "getMessageList"
	conv, to, err := parseConversationID(op, conversationID)
	if err != nil {
		return MessageList{}, err
	}
	if conv == ConvGroup {
		return request1(ctx, c, op, wire.CmdGroupHistory, func(*chat) any {
			r := wire.GroupHistoryRequest{GroupID: to, ReqMsgNumber: pageSize}
			if before != nil && before.Sequence > 0 {
				r.ReqMsgSeq = before.Sequence - 1
			}
			return r
		}, func(ch *chat, a wire.GroupHistoryAnswer) (MessageList, error) {
			l := MessageList{IsCompleted: a.IsFinished == 1}
			for _, w := range a.RspMsgList {
				if w.ToGroupID == "" {
					w.ToGroupID = to
				}
				l.Messages = append(l.Messages, groupMessage(w, ch.user))
			}
			slices.SortStableFunc(l.Messages, func(a, b Message) int { return cmp.Compare(a.Sequence, b.Sequence) })
			return l, nil
		}, nil)
	}
	return request1(ctx, c, op, wire.CmdGetC2CMessages, func(*chat) any {
		r := wire.HistoryRequest{PeerAccount: to, MaxCnt: pageSize}
		if before != nil {
			r.LastMsgTime, r.MsgKey = before.Time.Unix(), before.Key
		}
		return r
	}, func(ch *chat, a wire.HistoryAnswer) (MessageList, error) {
		l := MessageList{IsCompleted: a.Complete == 1}
		for _, w := range a.MsgList {
			l.Messages = append(l.Messages, c2cMessage(w, ch.user))
		}
		return l, nil
	}, nil)
}
