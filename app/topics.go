package app

import (
	"github.com/spf13/cobra"

	"kickbench/client/scenario"
)

// scenariosTopic is no command but a chapter of the help: kickbench help scenarios.
func scenariosTopic() *cobra.Command {
	return &cobra.Command{Use: "scenarios", Short: "The language of scenario files", Long: scenario.Manual()}
}
