package usersig_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
	"pgregory.net/rapid"

	"kickbench/client/usersig"
)

// The vendor's Go module at v1.1.0 signs and does not verify. So its UserSigs are
// verified here, and ours are proved the other way round: from the same fields at the
// same second the vendor must come to the same signature. The bubble stops the clock
// that the vendor's code reads.
func TestTheVendorsGoModuleAndWeSignAlike(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		app := rapid.IntRange(1, 1<<32-2).Draw(rt, "app")
		key := rapid.StringN(1, 70, 80).Draw(rt, "key")
		user := rapid.StringMatching(`[ -~]{1,32}`).Draw(rt, "user")
		expire := rapid.IntRange(-10, 50*366*86400).Draw(rt, "expire")
		kind := rapid.SampledFrom([]string{"plain", "room number", "room name"}).Draw(rt, "kind")
		number := rapid.Uint32().Draw(rt, "room number")
		room := rapid.StringMatching(`[a-z0-9]{1,64}`).Draw(rt, "room name")

		var theirs string
		var err error
		var now time.Time
		synctest.Test(t, func(*testing.T) {
			now = time.Now()
			switch kind {
			case "plain":
				theirs, err = tencentyun.GenUserSig(app, key, user, expire)
			case "room number":
				theirs, err = tencentyun.GenPrivateMapKey(app, key, user, expire, number, 255)
			default:
				theirs, err = tencentyun.GenPrivateMapKeyWithStringRoomID(app, key, user, expire, room, 255)
			}
		})
		if err != nil {
			rt.Fatal(err)
		}
		// Verified at its last second, which lies before now for a negative lifetime.
		said, err := usersig.Verify(theirs, key, uint64(app), user, now.Add(time.Duration(expire)*time.Second))
		if err != nil {
			rt.Fatalf("theirs refused: %v\n%s", err, theirs)
		}
		if (kind == "plain") != (said.UserBuf == nil) {
			rt.Fatalf("user buffer of a %s one: %v", kind, said.UserBuf)
		}
		ours := parse(rt, sign(rt, key, usersig.Token{
			UserID: user, SDKAppID: uint64(app), UserBuf: said.UserBuf,
			IssuedAt: now, Expire: time.Duration(expire) * time.Second,
		}))
		said.IssuedAt, ours.IssuedAt = said.IssuedAt.UTC(), ours.IssuedAt.UTC()
		if d := cmp.Diff(said, ours); d != "" {
			rt.Fatalf("theirs (-) and ours (+) differ:\n%s", d)
		}
	})
}
