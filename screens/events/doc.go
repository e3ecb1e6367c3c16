// Package events is the live log of a window: every event, newest first, filtered,
// paused, looked into, copied and exported. Its list also shows a session of the past.
package events
