// Package client logs in to a chat server the way the vendor's Web SDK does, and
// tells the same story of it: the same methods, events, order and codes.
//
// A Client is one instance, as one browser page is: two of them logged in as the
// same user on Web are two pages, and the server may evict the older.
//
//	c := client.New(client.Options{SDKAppID: 1400000001, ProxyServer: "ws://127.0.0.1:7460"})
//	defer c.Destroy(ctx)
//	client.On(c, func(e client.KickedOut) { log.Printf("kicked: %s", e.Type) })
//	_, err := c.Login(ctx, "alice", userSig)
package client
