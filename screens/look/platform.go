package look

import "kickbench/client/wire"

// PlatformIcon is the glyph of a platform.
func PlatformIcon(p wire.Platform) IconName {
	switch p {
	case wire.PlatformUnknown:
		return "platform-other"
	case wire.PlatformAndroid:
		return "platform-android"
	case wire.PlatformIPhone:
		return "platform-phone"
	case wire.PlatformIPad:
		return "platform-tablet"
	case wire.PlatformWindows:
		return "platform-windows"
	case wire.PlatformMac:
		return "platform-mac"
	case wire.PlatformLinux:
		return "platform-linux"
	case wire.PlatformWeChatMini, wire.PlatformQQMini, wire.PlatformByteDanceMini, wire.PlatformBaiduMini, wire.PlatformAlipayMini:
		return "platform-mini"
	default:
		return "platform-web"
	}
}
