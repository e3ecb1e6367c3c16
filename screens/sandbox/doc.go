// Package sandbox is the page of the server that this program runs: where it is and
// how an app gets there, who may be online beside whom, its clock, its faults and
// defects, and how sure it is that the vendor's server would do the same.
package sandbox
