// Package websdk drives the vendor's unmodified Web SDK in headless Chromium from
// a Go test, so that a server of ours can be judged by the client it is made for.
//
//	var peers websdk.Shared // boots the browser once per test binary
//
//	func TestMain(m *testing.M) { os.Exit(peers.Main(m)) }
//
//	func TestAPageBecomesReady(t *testing.T) {
//		p := peers.Start(t).Page(t, websdk.Options{SDKAppID: app, ProxyServer: url})
//		if _, err := p.Login("alice", sig); err != nil { t.Fatal(err) }
//		p.WaitEvent("SDK_READY", 1)
//	}
//
// Three processes stand behind it: the test, one node running driver.mjs with
// playwright-core, and Chromium. The test owns node (it is waited for), node owns
// Chromium over a pipe: when the test dies, however it dies, both others end.
//
// The peers are found, never fetched: node in PATH; Chromium as KICKBENCH_CHROMIUM
// or in PATH; the npm packages @tencentcloud/chat and playwright-core under
// KICKBENCH_NPM, or .cache/npm in the repository. A test whose peers are missing is
// skipped with the reason, and fails where KICKBENCH_REQUIRE_PEERS=1.
//
// Chromium is told to resolve no name, so a page reaches loopback addresses alone.
package websdk
