// Package status is the page that says how this instance stands, which others the
// account has, and lets one break it in every way.
package status
