package storage

// Keyring keeps texts under a service's and an account's name, as the operating system's
// does: its errors are github.com/zalando/go-keyring's. Its calls may take their time.
type Keyring interface {
	Get(service, account string) (string, error)
	Set(service, account, value string) error
	Delete(service, account string) error
}

// WithKeyring uses another keyring than the operating system's: one that is slow, for a
// test.
func WithKeyring(k Keyring) CredentialsOption { return withBackend(k) }
