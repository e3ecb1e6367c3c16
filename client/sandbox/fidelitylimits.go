package sandbox

// limitsOfTruth are the rows about what the sandbox does otherwise than the vendor, leaves
// out, or does not promise.
func limitsOfTruth() []Fidelity {
	return []Fidelity{
		{"rest", "", "MsgLifeTime is how many seconds a message by REST waits unread, 7 days at most.", GradeDocumented, docSendMsg, "TestAMessageByRESTIsKeptForItsLifeTimeAtMost"},
		{"rest", "", "Without MsgLifeTime a message waits for ever; the vendor keeps it for 7 days.", GradeOwn, noSource, "TestAMessageByRESTIsKeptForItsLifeTimeAtMost"},
		{"rest", "", "A message that was read stays, whatever its MsgLifeTime.", GradeGuessed, noSource, "TestAMessageThatWasReadOutlivesItsLifeTime"},
		{"rest", "", "Whatever is wrong with a message is answered 90001, an element without MsgType as well.", GradeGuessed, "the vendor has more codes for it, which the facts do not list (server-facts 3.5)", "TestBatchesAndBodiesOverTheVendorsLimitsAreRefusedWithItsCodes"},
		{"rest", "", "A call whose contenttype is not json, or missing, is answered 60025.", GradeDocumented, docCodes, "TestRESTCallsAreRefusedWithTheVendorsCodes"},
		{"rest", "", "random may be missing, and may be anything.", GradeGuessed, "it is asked for, and no page gives a code for its lack (server-facts 4.1)", "TestACallWithoutRandomIsAnswered"},
		{"rest", "", "querystate gives Detail as query_online_status does.", GradeGuessed, "the facts call it the same shape, and have no sample (server-facts 4.4)", "TestPresenceNamesPlatformsAsThatAPIDoesAndWebIsNeverPushOnline"},
		{"rest", "", "IsReturnInstid and IsReturnCustomStatus are taken and not obeyed.", GradeGuessed, "how the answer spells them is not known (server-facts 9.7)", "TestPresenceNamesPlatformsAsThatAPIDoesAndWebIsNeverPushOnline"},
		{"rest", "", "SyncOtherMachine 2 keeps a message from the sender's instances, but not from its list of conversations.", GradeGuessed, noSource, "TestAMessageThatIsNotSyncedIsInTheSendersConversationsAllTheSame"},
		{"rest", "", "60028, the trial edition's limit for a day, is never answered.", GradeOwn, noSource, "TestWrongUserSigsAndManyCallsAreNeverTooMany"},
		{"usersig", "", "70050, too many wrong UserSigs, is never answered: each is checked anew.", GradeOwn, noSource, "TestWrongUserSigsAndManyCallsAreNeverTooMany"},
		{"login", "", "Logins over 20 a second on one connection are answered 60018.", GradeOwn, "the code is documented, the number is this sandbox's", "TestTooManyLoginsOnOneConnectionAreRefused"},
		{"chat", "", "An element of an SDK's message may lack its MsgType, and is passed on as it came.", GradeGuessed, noSource, "TestAnElementWithoutATypeIsPassedOn"},
		{"login", "", "Advancing the clock makes nobody say hello: the SDK waits for HelloInterval by its own clock, and no session ends for want of one.", GradeOwn, noSource, "TestAdvancingTheClockMakesNobodySayHello"},
		{"ledger", "", "On real sockets a record's Remote has a port of the system's choice: it is another at each run.", GradeOwn, noSource, "TestTheSameSeedAndScriptGiveTheSameLedger"},
		{"ledger", "", "Webhook records come as deliveries end, with the Delay that was measured: between users their order is no script's.", GradeOwn, noSource, "TestAUsersEventsArriveInOrderThoughOneIsTriedAgain"},
	}
}
