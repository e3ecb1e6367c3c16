// Package usersig signs, reads and verifies the UserSig a user logs in with, in the
// vendor's format TLSSigAPIv2 (server-facts 2): a JSON object with an HMAC-SHA256 in
// it, compressed with zlib, in base64 with three letters exchanged.
//
// The vendor's libraries differ in field order and compression, so two UserSigs of
// the same content need not be equal. Everything here compares fields.
package usersig

// Limits of what is signed and read.
const (
	// MaxUserID is the most bytes of a user ID (server-facts 2).
	MaxUserID = 32
	// MaxEncoded is the most bytes of a UserSig. With the largest user buffer the
	// vendor's libraries make, one has about 450.
	MaxEncoded = 4 << 10
	// MaxDecoded is the most bytes a UserSig may inflate to.
	MaxDecoded = 8 << 10
)
