// Package parity holds the test that our client makes the same moves as the
// vendor's SDK: one script, both against the sandbox, compared call by call, frame
// kind by frame kind and event by event.
package parity
