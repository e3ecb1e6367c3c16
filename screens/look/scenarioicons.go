package look

// The icons of the scenarios.
const (
	IconRecord IconName = "record"
	IconFolder IconName = "folder"
	IconReport IconName = "report"
)
