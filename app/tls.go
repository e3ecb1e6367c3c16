package app

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/natefinch/atomic"
)

// selfSignedFile holds the certificate --tls-self-signed makes, and its key.
const selfSignedFile = "sandbox-tls.pem"

// selfSignedFor is how long it is valid: phones take no longer ones than 825 days.
const selfSignedFor = 800 * 24 * time.Hour

// certificate is the server's certificate; nil where TLS is not asked for.
func (t tlsFiles) certificate(dir string, now time.Time) (*tls.Certificate, error) {
	switch {
	case t.selfSigned && (t.cert != "" || t.key != ""):
		return nil, errors.New("--tls-self-signed and --tls-cert exclude each other")
	case t.selfSigned:
		dns, ips := ownNames()
		return selfSigned(filepath.Join(dir, selfSignedFile), dns, ips, now)
	case (t.cert == "") != (t.key == ""):
		return nil, errors.New("--tls-cert and --tls-key go together")
	case t.cert == "":
		return nil, nil
	}
	c, err := tls.LoadX509KeyPair(t.cert, t.key)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return &c, nil
}

func tlsListener(l net.Listener, c *tls.Certificate) net.Listener {
	// WebSocket needs HTTP/1.1.
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*c}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
}

// fingerprint is the certificate's SHA-256, as phones and browsers show it.
func fingerprint(c *tls.Certificate) string {
	sum := sha256.Sum256(c.Certificate[0])
	return hex.EncodeToString(sum[:])
}

// ownNames are the names and addresses by which this computer is reached.
func ownNames() (dns []string, ips []net.IP) {
	dns = []string{"localhost"}
	if name, err := os.Hostname(); err == nil && name != "" && name != "localhost" {
		dns = append(dns, name)
	}
	ips = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return dns, ips
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	return dns, ips
}

// selfSigned is the certificate kept in a file: the same one at every start, so that a
// phone has to be told only once to trust it. It is made anew when it runs out within a
// month, or when this computer has an address it does not have.
func selfSigned(file string, dns []string, ips []net.IP, now time.Time) (*tls.Certificate, error) {
	data, err := os.ReadFile(file)
	switch {
	case err == nil:
		if c, err := tls.X509KeyPair(data, data); err == nil && c.Leaf != nil {
			if now.Add(30*24*time.Hour).Before(c.Leaf.NotAfter) && covers(c.Leaf, dns, ips) {
				return &c, nil
			}
			// Who comes back to an address of before is still known there.
			for _, ip := range c.Leaf.IPAddresses {
				if len(ips) < 50 && !slices.ContainsFunc(ips, ip.Equal) {
					ips = append(ips, ip)
				}
			}
		}
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("--tls-self-signed: %w", err)
	}
	if data, err = makeSelfSigned(dns, ips, now); err != nil {
		return nil, fmt.Errorf("--tls-self-signed: %w", err)
	}
	if err := keepPrivate(file, data); err != nil {
		return nil, fmt.Errorf("--tls-self-signed: %w", err)
	}
	c, err := tls.X509KeyPair(data, data)
	return &c, err
}

// keepPrivate writes a file that only its owner may read, whole or not at all.
func keepPrivate(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	// One of another mode would hand its mode on.
	if err := os.Chmod(file, 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return atomic.WriteFile(file, bytes.NewReader(data)) // by way of a temporary file, which is 0600
}

func covers(c *x509.Certificate, dns []string, ips []net.IP) bool {
	for _, name := range dns {
		if !slices.Contains(c.DNSNames, name) {
			return false
		}
	}
	for _, ip := range ips {
		if !slices.ContainsFunc(c.IPAddresses, ip.Equal) {
			return false
		}
	}
	return true
}

// makeSelfSigned makes certificate and key. A phone takes it only as an authority;
// it is one that can vouch for this computer's own names and for nothing else.
func makeSelfSigned(dns []string, ips []net.IP, now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	t := x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "Kickbench sandbox"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(selfSignedFor),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		DNSNames: dns, IPAddresses: ips,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: dns,
	}
	for _, ip := range ips {
		bits := 8 * net.IPv6len
		if v4 := ip.To4(); v4 != nil {
			ip, bits = v4, 8*net.IPv4len
		}
		t.PermittedIPRanges = append(t.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
	}
	cert, err := x509.CreateCertificate(rand.Reader, &t, &t, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...), nil
}
