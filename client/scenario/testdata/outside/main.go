// Command outside runs a scenario of a day where no test is.
package main

import (
	"context"
	"fmt"
	"time"

	"kickbench/client/scenario"
)

const file = `
kickbench: 1
actors: {a: {}}
steps: [{login: a}, {wait: 24h}]
expect: [{online: [a]}]
`

func main() {
	all, err := scenario.Parse("outside.yaml", []byte(file))
	if err != nil {
		panic(err)
	}
	res, err := scenario.Run(context.Background(), all[0], scenario.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(res.Verdict, time.Duration(res.Covered).Truncate(time.Minute))
}
