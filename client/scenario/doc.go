// Package scenario runs kicks that were written down: a file says what the sandbox
// is set to, who takes part, what is done and what has to come of it. The same file
// runs in the window, as `kickbench run`, and in a Go test:
//
//	all, err := scenario.Parse("two-tabs.yaml", data) // one for each row of its matrix
//	res, err := scenario.Run(ctx, all[0], scenario.Options{})
//	if res.Verdict != run.Passed { … }
//
// # The language
//
// A file is YAML and begins with `kickbench: 1`. One is understood from an example:
//
//	kickbench: 1
//	sandbox: {policy: dual, instances: {web: 1}}
//	actors:
//	  desk: {user: alice, platform: web}
//	  train: {user: alice, platform: web}
//	steps:
//	  - login: train
//	  - cut: train            # no network, no goodbye
//	  - login: desk
//	  - restore: train
//	expect:
//	  - event: {on: train, name: KICKED_OUT, where: {type: multipleAccount}, times: 1}
//	    within: 1m
//	  - online: [desk]
//
// Every member is described by Manual (kickbench help scenarios) and in schema.json, which
// are made of the types in file.go,
// step.go and expect.go; editors complete and check with it. Parse reports every
// mistake at once, each with its line and what may have been meant.
//
// # Time
//
// Where no foreign actor takes part, a scenario runs in virtual time (virtual.go): an
// hour of heartbeats takes milliseconds, and the same seed gives the same ledger to the
// nanosecond. For that, what is left to chance is the seed's: instance IDs, the delays
// of tries to connect, the sandbox's lots, and how long each page's frames take on
// their way up (network.go), which is what orders things that happen at once. `wait`
// lets time pass for everybody; `advance` moves the sandbox's clock alone, as its
// console does.
//
// # A foreign actor
//
// The app under test is an actor with `foreign: true`. Nothing is done for it: the
// sandbox listens on a real port, time is real, and what logs in under the actor's
// user and platform is it (ledger.go). What it does is known from what it sends: the
// expectations afterKick, online, ledger, war and webhook.
//
// # Races
//
// A file with `explore: 100` is run in every order of its parallel steps, and, since
// they also meet in flight, under a hundred seeds (explore.go). What fails is shown by
// its smallest order and replayed by its seed.
//
// # What comes of it
//
// A run is a run.Result, plain data that judges, reports and the window read.
package scenario
