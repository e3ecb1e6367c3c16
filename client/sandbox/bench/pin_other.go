//go:build !linux

package main

// Elsewhere nothing is pinned, and memory and processor time are not measured.

type cores int

const (
	serverCore cores = iota
	loadCores
	everyCore
)

func pin(cores) {}

func resident() int64 { return 0 }

func processorTime() int64 { return 0 }
