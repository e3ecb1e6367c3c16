package client

// The vendor's names of the events of chat (server-facts 6.4).
const (
	NameMessageReceived         = "onMessageReceived"
	NameMessageRevoked          = "onMessageRevoked"
	NameMessageReadByPeer       = "onMessageReadByPeer"
	NameConversationListUpdated = "onConversationListUpdated"
	NameGroupListUpdated        = "onGroupListUpdated"
	NameProfileUpdated          = "onProfileUpdated"
	NameBlacklistUpdated        = "blacklistUpdated"
)

// MessageReceived is MESSAGE_RECEIVED: messages arrived, pushed or, after a login or
// a reconnect, fetched. Emitted once per message, after the CONVERSATION_LIST_UPDATED it
// causes, as by the vendor's SDK; also for what this user sent from another instance
// (Out is true). Not emitted for what this instance sent, for what was revoked before
// it arrived, nor for messages of a group from before the user's first login here:
// GetMessageList has those.
type MessageReceived struct {
	Messages []Message `json:"messages"`
}

// MessageRevoked is MESSAGE_REVOKED: messages were taken back. Emitted once per
// message, by whomever it was revoked but this instance; of one that is no longer kept
// in memory the body is missing.
type MessageRevoked struct {
	Messages []Message `json:"messages"`
}

// MessageReadByPeer is MESSAGE_READ_BY_PEER: the other side of a C2C conversation has
// read these messages of ours. Emitted once per message; not emitted for messages no
// longer kept in memory (Conversation.PeerReadTime tells of those), nor for groups.
type MessageReadByPeer struct {
	Messages []Message `json:"messages"`
}

// ConversationListUpdated is CONVERSATION_LIST_UPDATED: emitted after each login, and
// whenever a conversation, its last message or its unread count changed. It holds the
// whole list, the latest first; handlers share it and must not write to it.
type ConversationListUpdated struct {
	Conversations []Conversation `json:"conversations"`
}

// GroupListUpdated is GROUP_LIST_UPDATED: emitted after each login, and whenever this
// user's groups changed. It holds the whole list. Not emitted for a group's messages.
type GroupListUpdated struct {
	Groups []Group `json:"groups"`
}

// ProfileUpdated is PROFILE_UPDATED: somebody's profile changed, or this user's own.
// Of another user's it holds the fields that changed, of the own all. Not emitted
// after a login.
type ProfileUpdated struct {
	Profile Profile `json:"profile"`
}

// BlacklistUpdated is BLACKLIST_UPDATED: emitted after each login, and whenever the
// blacklist changed, from any of the user's instances. It holds the whole list. The
// accounts on it are not told.
type BlacklistUpdated struct {
	UserIDs []string `json:"userIDs"`
}

// EventName is the vendor's name of the event.
func (MessageReceived) EventName() string { return NameMessageReceived }

// EventName is the vendor's name of the event.
func (MessageRevoked) EventName() string { return NameMessageRevoked }

// EventName is the vendor's name of the event.
func (MessageReadByPeer) EventName() string { return NameMessageReadByPeer }

// EventName is the vendor's name of the event.
func (ConversationListUpdated) EventName() string { return NameConversationListUpdated }

// EventName is the vendor's name of the event.
func (GroupListUpdated) EventName() string { return NameGroupListUpdated }

// EventName is the vendor's name of the event.
func (ProfileUpdated) EventName() string { return NameProfileUpdated }

// EventName is the vendor's name of the event.
func (BlacklistUpdated) EventName() string { return NameBlacklistUpdated }

// EventConst is the constant in the vendor's manual.
func (MessageReceived) EventConst() string { return "MESSAGE_RECEIVED" }

// EventConst is the constant in the vendor's manual.
func (MessageRevoked) EventConst() string { return "MESSAGE_REVOKED" }

// EventConst is the constant in the vendor's manual.
func (MessageReadByPeer) EventConst() string { return "MESSAGE_READ_BY_PEER" }

// EventConst is the constant in the vendor's manual.
func (ConversationListUpdated) EventConst() string { return "CONVERSATION_LIST_UPDATED" }

// EventConst is the constant in the vendor's manual.
func (GroupListUpdated) EventConst() string { return "GROUP_LIST_UPDATED" }

// EventConst is the constant in the vendor's manual.
func (ProfileUpdated) EventConst() string { return "PROFILE_UPDATED" }

// EventConst is the constant in the vendor's manual.
func (BlacklistUpdated) EventConst() string { return "BLACKLIST_UPDATED" }
