package kick_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// TestTheStories runs the stories in testdata. Their commands:
//
//	settings [policy=P] [web=N] [android=N] …   replaces the settings, nobody logs out
//	login PLATFORM [page=ID]                    the next instance, 1001, 1002, …
//	logout ID
//
// Each prints who goes and who is online afterwards, the earliest login first.
func TestTheStories(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		settings := kick.DefaultSettings()
		var live []kick.Instance
		last := uint64(1000)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var out strings.Builder
			switch d.Cmd {
			case "settings":
				settings = kick.DefaultSettings()
				for _, arg := range d.CmdArgs {
					if arg.Key == "policy" {
						settings.Policy = kick.Policy(arg.Vals[0])
						continue
					}
					settings.Instances[platform(d, arg.Key)] = number(d, arg.Vals[0])
				}
				if err := settings.Validate(); err != nil {
					return err.Error()
				}
			case "login":
				last++
				in := kick.Instance{InstID: last, Order: last, Platform: platform(d, d.CmdArgs[0].Key)}
				d.MaybeScanArgs(t, "page", &in.InstanceID)
				dec := kick.Decide(settings, live, in)
				if dec.Replaces != nil {
					fmt.Fprintf(&out, "%d takes the place of %d\n", in.InstID, dec.Replaces.InstID)
				}
				for _, e := range dec.Evict {
					fmt.Fprintf(&out, "%d goes: %s, %s\n  %s\n", e.Instance.InstID, e.Type, e.Rule, e.Why)
				}
				live = append(survivors(live, dec), in)
			case "logout":
				id := number(d, d.CmdArgs[0].Key)
				live = slices.DeleteFunc(live, func(in kick.Instance) bool { return in.InstID == uint64(id) })
			default:
				d.Fatalf(t, "unknown command %q", d.Cmd)
			}
			out.WriteString("online:")
			for _, in := range live {
				fmt.Fprintf(&out, " %d %s", in.InstID, in.Platform)
			}
			return out.String()
		})
	})
}

func platform(d *datadriven.TestData, s string) wire.Platform {
	p, err := wire.ParsePlatform(s)
	if err != nil {
		panic(d.Pos + ": " + err.Error())
	}
	return p
}

func number(d *datadriven.TestData, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(d.Pos + ": " + err.Error())
	}
	return n
}

func survivors(live []kick.Instance, d kick.Decision) []kick.Instance {
	var out []kick.Instance
	for _, in := range live {
		gone := d.Replaces != nil && in == *d.Replaces
		for _, e := range d.Evict {
			gone = gone || e.Instance == in
		}
		if !gone {
			out = append(out, in)
		}
	}
	return out
}
