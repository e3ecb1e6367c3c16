//go:build !unix

package single

// ours has nothing to look at: Windows gives each user a configuration folder that
// no other user opens.
func ours(string) error { return nil }
