package report

import (
	"io"

	"kickbench/client/scenario/run"
)

func writeHTML(io.Writer, []run.Result) error { return nil }
