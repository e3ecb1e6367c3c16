package wire

// Commands of a session, by their name on the wire (`servcmd`).
const (
	CmdLogin  = "im_open_status.wslogin"
	CmdLogout = "im_open_status.wslogout"
	CmdHello  = "im_open_status.wshello"
	CmdAlive  = "heartbeat.alive"
	CmdPush   = "im_open_push.msg_push"
	CmdReport = "imopenstat.tim_web_report_v2"

	// CmdKickOther is a push that makes an instance log in again by itself.
	CmdKickOther = "StatSvc.KickOther"
)

// Codes that end a session when they answer any authenticated request.
// 1002 answers a hello or a re-login of an instance kicked meanwhile.
const (
	CodeOK             = 0
	CodeKicked         = 1002
	CodeUserSigExpired = 70001
	CodeA2Expired      = 20002
)

// Close codes the vendor's SDK gives when it closes its own socket.
const (
	CloseDestroyed = 4000
	CloseReconnect = 4001
)

// Paths of the socket. On PathBinary every frame is a binary message, on
// PathText a text message; the JSON inside is the same.
const (
	PathBinary = "/binfo"
	PathText   = "/info"
)
