package client

import (
	"testing"
	"time"
)

func TestAnInstanceIDThatIsGivenIsTaken(t *testing.T) {
	if got := New(Options{InstanceID: "abc"}).Info().InstanceID; got != "abc" {
		t.Error(got)
	}
	if got := New(Options{}).Info().InstanceID; len(got) != 32 {
		t.Error(got)
	}
}

func TestWithChanceGivenTheTriesComeAtTheSameTimes(t *testing.T) {
	delays := func() (out [5]time.Duration) {
		chance := 0.0
		l := &loop{c: New(Options{Chance: func() float64 { chance += 0.125; return chance }})}
		l.retry = newBackoff(l.c.opts.Chance)
		for i := range out {
			out[i] = l.nextRetry()
		}
		return out
	}
	one := delays()
	if two := delays(); one != two {
		t.Errorf("%v and then %v", one, two)
	}
	if one[0] != 125*time.Millisecond || one[1] != 300*time.Millisecond {
		t.Error(one)
	}
}
