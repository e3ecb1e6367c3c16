package sandbox

// More of the pages that rows rest on.
const (
	docREST     = "https://cloud.tencent.com/document/product/269/1519"
	docDelete   = "https://cloud.tencent.com/document/product/269/36443"
	docPresence = "https://cloud.tencent.com/document/product/269/2566"
	docSendMsg  = "https://cloud.tencent.com/document/product/269/2282"
	docRevoke   = "https://www.tencentcloud.com/document/product/1047/48015"
	docRates    = "https://cloud.tencent.com/document/product/269/3853"
)

// chatFidelity are the rows about messages, profiles, blacklists and groups.
func chatFidelity() []Fidelity {
	return []Fidelity{
		{"chat", "", "A message is pushed to every instance of the receiver, and to the sender's others.", GradeObserved, wireObserved, "TestAMessageReachesAllOfTheReceiverAndTheSendersOthers"},
		{"chat", "", "What was sent while nobody was there is fetched at the next login, and counted as unread.", GradeObserved, wireObserved, "TestAFreshLoginShowsTheConversationsAndWhatIsUnread"},
		{"chat", "", "Conversations and offline messages come in pages of at most 100 or 96 KB, and the SDK asks on until it has all.", GradeObserved, wireObserved, "TestAFreshLoginShowsEveryConversationOfSeveralPages"},
		{"chat", "", "The same sender, receiver, MsgSeq, MsgRandom and content within 120 s is the same message, and delivered once.", GradeGuessed, "documented of the REST call alone (server-facts 4.5)", "TestAMessageIsTheSameToOneReceiverWithOneContentForTwoMinutes"},
		{"chat", "", "An instance that returns is pushed what it missed; a push that no pong confirmed comes again, and the SDK drops what it has.", GradeGuessed, "what the vendor's server keeps for a connection nobody saw; the SDK was seen to drop doubles", "TestAPageThatWasCutGetsWhatItMissedOnce"},
		{"chat", "", "A message can be revoked for 120 s, by its sender.", GradeDocumented, docRevoke, "TestARevokeReachesBothSidesAndHasTwoMinutes"},
		{"chat", "", "Reading tells the sender, and clears the count on the reader's other instances.", GradeObserved, wireObserved, "TestReadingTellsTheSenderAndClearsTheCount"},
		{"chat", "", "A changed profile is pushed to its own instances and to those it has a conversation with.", GradeGuessed, "the vendor pushes it to friends, and there are no friends here", "TestAProfileIsToldToItsOtherInstancesAndToWhomItTalksTo"},
		{"chat", "", "Whom the receiver has on its blacklist is answered 20007.", GradeObserved, wireObserved, "TestABlacklistBlocksAndIsInSync"},
		{"chat", "", "Groups are made, joined, written to, left and dismissed; who asks to join is in at once.", GradeGuessed, "approval by an admin is left out", "TestAGroupIsCreatedJoinedUsedAndDismissed"},
		{"chat", "", "Stores are bounded, in numbers and in bytes; the oldest make room, and the ledger says so.", GradeOwn, noSource, "TestChatStoresAreBoundedAndSayWhatTheyDrop"},
	}
}

// restFidelity are the rows about the REST API.
func restFidelity() []Fidelity {
	return []Fidelity{
		{"rest", "", "HTTP 200 always; ActionStatus, ErrorInfo and ErrorCode say how it went.", GradeDocumented, docREST, "TestBatchesAndBodiesOverTheVendorsLimitsAreRefusedWithItsCodes"},
		{"rest", "", "Accounts are imported, checked and deleted in batches of 100 at most.", GradeDocumented, docDelete, "TestAccountsAreMadeByImportOrByTheFirstLogin"},
		{"rest", "", "A deleted account loses profile, blacklist, groups and conversations.", GradeDocumented, docDelete, "TestAnImportedNameIsTheProfilesAndADeletedAccountHasNone"},
		{"rest", "", "Instances of a deleted account are told what a REST kick tells, and its next login makes it anew.", GradeGuessed, "no page says what they are told", "TestADeletedAccountIsOutAndItsNextLoginMakesItAnew"},
		{"rest", "", "Presence is Online, PushOnline or Offline, of up to 500 accounts; Web is never PushOnline.", GradeDocumented, docPresence, "TestPresenceNamesPlatformsAsThatAPIDoesAndWebIsNeverPushOnline"},
		{"rest", "", "sendmsg reaches every online instance once, and the same message within 120 s is not another.", GradeDocumented, docSendMsg, "TestSendMsgReachesEveryOnlineInstanceOnce"},
		{"rest", "", "What sendmsg sends to somebody away is there at the next login; with MsgLifeTime 0 it is not.", GradeDocumented, docSendMsg, "TestAMessageByRESTToSomebodyAwayIsThereAtTheNextLogin"},
		{"rest", "", "Each command may be called 100 or 200 times a second, and is then answered 60007.", GradeDocumented, docRates, "TestACommandCalledMoreOftenThanDocumentedIsAnswered60007"},
		{"rest", "", "Plain HTTP is answered as well; the vendor takes HTTPS alone.", GradeOwn, noSource, "TestTheConsoleAPIDoesWhatTheDesignSays"},
	}
}

// webhookFidelity are the rows about State.StateChange.
func webhookFidelity() []Fidelity {
	return []Fidelity{
		{"webhook", "", "State.StateChange tells of logins, logouts and lost connections, with KickedDevice on a login that kicked.", GradeDocumented, docState, "TestTheWebhookTellsOfEachChangeInItsDocumentedForm"},
		{"webhook", "variant", "A kick by a login is one event; before Web 2.14.0 the one that was kicked had a Logout as well.", GradeDocumented, docState, "TestEveryWayASessionEndsIsOneEventOrNoneByVariant"},
		{"webhook", "", "A kick that no login caused is Logout(Unregister), and an expired UserSig Disconnect(LinkClose).", GradeGuessed, "the page names the trigger, not its Action and Reason (server-facts 9.6)", "TestEveryWayASessionEndsIsOneEventOrNoneByVariant"},
		{"webhook", "", "A lost connection is a Disconnect when its ghost time is over: TimeOut for a native one that fell silent, LinkClose for all others.", GradeDocumented, docState, "TestEveryWayASessionEndsIsOneEventOrNoneByVariant"},
		{"webhook", "", "An instance that was reported as gone is not reported again when it is kicked, or told that its UserSig has expired.", GradeGuessed, noSource, "TestAnInstanceThatWasReportedAsGoneIsNotReportedAgain"},
		{"webhook", "", "A user's events arrive in order, and one that failed is tried again before the next.", GradeGuessed, noSource, "TestAUsersEventsArriveInOrderThoughOneIsTriedAgain"},
		{"webhook", "", "A receiver that is down is given up after so many attempts.", GradeGuessed, noSource, "TestAReceiverThatIsDownIsGivenUpAndTheLedgerSaysSo"},
		{"webhook", "", "A receiver has so long to answer; nobody's login waits for it.", GradeGuessed, noSource, "TestAReceiverThatDoesNotAnswerIsTimedOutAndHoldsUpNobodysLogin"},
	}
}
