package wire

// IsMini reports whether p is a mini program. It counts as Web, but its host keeps
// the connection for some seconds after it was closed (server-facts 1.6).
func (p Platform) IsMini() bool {
	switch p {
	case PlatformWeChatMini, PlatformQQMini, PlatformByteDanceMini, PlatformBaiduMini, PlatformAlipayMini:
		return true
	default:
		return false
	}
}
