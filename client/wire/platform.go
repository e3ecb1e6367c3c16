package wire

import (
	"fmt"
	"strings"
)

// Platform is the number by which an instance states what it runs on: `platform`
// in the URL and in the head of every frame it sends, `InstPlatform` in a kick.
//
// The numbers are those visible in a published SDK bundle (server-facts 1.3);
// Windows is the native SDK's public constant. The vendor publishes none for
// Linux: PlatformLinux is ours, chosen far from the vendor's.
type Platform int

// The platforms a login policy knows, and the kinds of app that count as Web.
const (
	PlatformUnknown       Platform = 0
	PlatformWindows       Platform = 1
	PlatformAndroid       Platform = 2
	PlatformIPhone        Platform = 3
	PlatformMac           Platform = 4
	PlatformWeb           Platform = 7
	PlatformWeChatMini    Platform = 8
	PlatformQQMini        Platform = 9
	PlatformByteDanceMini Platform = 10
	PlatformBaiduMini     Platform = 11
	PlatformAlipayMini    Platform = 12
	PlatformIPad          Platform = 13
	PlatformUniApp        Platform = 15
	PlatformDonut         Platform = 19
	PlatformHarmonyNS     Platform = 20
	PlatformReactNative   Platform = 21
	PlatformLinux         Platform = 100
)

var platformNames = map[Platform]struct{ key, label string }{
	PlatformWindows:       {"windows", "Windows"},
	PlatformAndroid:       {"android", "Android"},
	PlatformIPhone:        {"iphone", "iPhone"},
	PlatformMac:           {"mac", "Mac"},
	PlatformWeb:           {"web", "Web"},
	PlatformWeChatMini:    {"wechat-mini", "WeChat mini program"},
	PlatformQQMini:        {"qq-mini", "QQ mini program"},
	PlatformByteDanceMini: {"bytedance-mini", "ByteDance mini program"},
	PlatformBaiduMini:     {"baidu-mini", "Baidu mini program"},
	PlatformAlipayMini:    {"alipay-mini", "Alipay mini program"},
	PlatformIPad:          {"ipad", "iPad"},
	PlatformUniApp:        {"uni-app", "uni-app"},
	PlatformDonut:         {"donut", "Donut"},
	PlatformHarmonyNS:     {"ns-app", "NS app"},
	PlatformReactNative:   {"react-native", "React Native"},
	PlatformLinux:         {"linux", "Linux"},
}

// LoginPlatforms are the platforms a login limit can be set for, in the order
// in which people list them. Everything else counts as one of these: see Group.
func LoginPlatforms() []Platform {
	return []Platform{
		PlatformWeb, PlatformAndroid, PlatformIPhone, PlatformIPad,
		PlatformWindows, PlatformMac, PlatformLinux,
	}
}

// String is the platform's name in settings, logs and the console API: "web", "iphone".
func (p Platform) String() string {
	if n, ok := platformNames[p]; ok {
		return n.key
	}
	return fmt.Sprintf("platform-%d", int(p))
}

// Label is the platform's name as people write it: "Web", "iPhone".
func (p Platform) Label() string {
	if n, ok := platformNames[p]; ok {
		return n.label
	}
	return fmt.Sprintf("Platform %d", int(p))
}

// Group is the platform whose login limit p falls under. Mini programs, uni-app
// and React Native count as Web, even packaged as native apps (server-facts 1.3).
// A number nobody published counts as Web too: only the Web SDK can be pointed here.
func (p Platform) Group() Platform {
	switch p {
	case PlatformWindows, PlatformAndroid, PlatformIPhone, PlatformMac, PlatformIPad, PlatformLinux:
		return p
	default:
		return PlatformWeb
	}
}

// IsWeb reports whether p counts as a Web instance.
func (p Platform) IsWeb() bool { return p.Group() == PlatformWeb }

// ParsePlatform reads what String or Label writes, in any case.
func ParsePlatform(s string) (Platform, error) {
	for p, n := range platformNames {
		if strings.EqualFold(s, n.key) || strings.EqualFold(s, n.label) {
			return p, nil
		}
	}
	return 0, fmt.Errorf("unknown platform %q (want one of web, android, iphone, ipad, windows, mac, linux, …)", s)
}
