// Package handler holds the tests of the sample page (assets/sample): the vendor's
// unmodified Web SDK in a real browser, kicked in every way a server knows. The good
// variant passes before the judges, the bad one is found out, and two bad ones are
// found to be at war. Real time, real loopback; skipped where the browser or the SDK
// is missing (client/internal/websdk says how to have them).
package handler
