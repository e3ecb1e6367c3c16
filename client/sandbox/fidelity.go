package sandbox

import "slices"

// Grade says how well a behaviour of the sandbox is known to be the vendor's.
type Grade string

// The grades.
const (
	// GradeDocumented: the vendor's pages say so, with the numbers.
	GradeDocumented Grade = "documented"
	// GradeObserved: the vendor's unmodified SDK was seen to expect it, or to take it
	// without complaint. What the vendor's servers do beyond that nobody saw.
	GradeObserved Grade = "observed"
	// GradeGuessed: no source says; it was chosen, and may be wrong.
	GradeGuessed Grade = "guessed"
	// GradeOwn: the sandbox's own, which no vendor has.
	GradeOwn Grade = "own"
)

// Fidelity is one row of the fidelity table.
type Fidelity struct {
	// Area is what the row is about: "login", "kick", "fault", …
	Area string `json:"area"`
	// Key is the setting, fault or defect that turns it; empty where nothing does.
	Key       string `json:"key,omitzero"`
	Behaviour string `json:"behaviour"`
	Grade     Grade  `json:"grade"`
	// Source is a URL, a page of protocol/, or what the choice rests on.
	Source string `json:"source"`
	// Test is the test that holds the sandbox to it.
	Test string `json:"test"`
}

// The pages most rows rest on.
const (
	docPolicies  = "https://trtc.io/document/33515"
	docLogin     = "https://trtc.io/document/47970"
	docNative    = "https://trtc.io/document/47971"
	docState     = "https://cloud.tencent.com/document/product/269/2570"
	docOldState  = "https://github.com/tencentyun/qcloud-documents/blob/09d02826906fa39db3527a484b8ef49894878b76/product/%E7%A7%BB%E5%8A%A8%E4%B8%8E%E9%80%9A%E4%BF%A1/%E5%8D%B3%E6%97%B6%E9%80%9A%E4%BF%A1/1%E4%BA%A7%E5%93%81%E7%AE%80%E4%BB%8B/%E5%B8%90%E5%8F%B7%E7%B3%BB%E7%BB%9F/%E5%9C%A8%E7%BA%BF%E7%8A%B6%E6%80%81%E7%AE%A1%E7%90%86.md"
	docLogin2020 = "https://www.tencentcloud.com/zh/document/product/1047/34318"
	docLimits    = "https://trtc.io/document/34419"
	docRESTKick  = "https://www.tencentcloud.com/document/product/1047/34957"
	docCodes     = "https://trtc.io/document/34348"
	docUserSig   = "https://trtc.io/document/34385"
	docConsole5  = "https://cloud.tencent.com/document/product/269/77538"
	wireObserved = "protocol/wire.md, observed with the vendor's Web SDK 3.6.6"
	noSource     = "no source; the choice is this sandbox's"
)

// FidelityTable says of every behaviour how well it is known to be the vendor's. It
// is what GET /fidelity answers and what the tests are held to. The defects are its
// last rows.
func FidelityTable() []Fidelity {
	rows := []Fidelity{
		{"policy", "policy", "Four policies say which platforms may be online together; dual is the default.", GradeDocumented, docPolicies, "TestPolicyTogetherIsSymmetricAndAgreesWithTheTable"},
		{"policy", "", "Linux stands with Windows and Mac.", GradeGuessed, "the policy table leaves Linux out, the limits' page lists it beside them (server-facts 9.5)", "TestPolicyTogetherIsSymmetricAndAgreesWithTheTable"},
		{"policy", "webIncludes", "Mini programs, uni-app and React Native count as Web.", GradeDocumented, docConsole5, "TestWhatCountsAsWebIsASetting"},
		{"policy", "webIncludes", "mini-programs: of these only mini programs count as Web, as the pages of 2020 have it.", GradeDocumented, docLogin2020, "TestWhatCountsAsWebIsASetting"},
		{"policy", "", "Where packed apps are no Web they count as Android: limit, ghost time, 6208 and webhook are Android's.", GradeGuessed, "no page of 2020 says what they are, and the number they state is the same on every phone", "TestWhatCountsAsWebDecidesGhostsCodesAndPresence"},
		{"policy", "", "Numbers of platforms that nobody published count as Web.", GradeGuessed, noSource, "TestEveryDecisionAgreesWithTheNaiveModel"},
		{"limits", "instances", "A platform has up to 10 (Web) or 3 (others) instances, and 1 by default.", GradeDocumented, docLimits, "TestValidateNamesKeyAndValue"},
		{"limits", "", "A login over the limit succeeds and evicts.", GradeDocumented, docNative, "TestLimitsEvictExactlyTheOldest"},
		{"limits", "", "A lower limit evicts nobody until a login.", GradeGuessed, "the vendor names no kick without a login that causes it (server-facts 1.4)", "TestALowerLimitEvictsNobodyUntilALogin"},
		{"limits", "", "Several apps have nothing in common: neither accounts, keys, settings nor kicks.", GradeDocumented, docPolicies, "TestTwoAppsHaveNothingInCommon"},
		{"limits", "applyAfter", "A change of settings is in force at once, or after the vendor's 5 or 50 minutes: its pages say both.", GradeDocumented, docLogin, "TestASettingIsInForceAfterNothingFiveOrFiftyMinutes"},
		{"limits", "", "All login settings wait for applyAfter, a disabled app too.", GradeGuessed, noSource, "TestASettingIsInForceAfterNothingFiveOrFiftyMinutes"},
		{"kick", "victim", "The earliest login goes: the vendor says \"in most cases\" and promises nothing. Newest and random are there to be tried.", GradeDocumented, docLogin, "TestThirdWebLoginEvictsTheOldestWhateverTheOrderOfTheList"},
		{"kick", "victim", "The newest, or one drawn by lot, goes.", GradeOwn, noSource, "TestTheNewestGoesWhereTheSettingsSaySo"},
		{"kick", "", "Web evicted by Web is told multipleAccount, everyone else multipleDevice.", GradeGuessed, "the constants' texts; no page maps policies to types (server-facts 1.4)", "TestSinglePlatformPolicyTellsMultipleDevice"},
		{"kick", "", "A kick is pushed with KickType 1, 2 or 3, and acknowledged by wslogout type 1 except for a REST kick.", GradeObserved, wireObserved, "TestTheConsoleKicksOneInstanceInThreeWays"},
		{"kick", "", "A page that was kicked logs in again as another instance and is the youngest.", GradeObserved, wireObserved, "TestAKickedPageLogsInAgainAndIsThenTheYoungest"},
		{"kick", "kickedOffline", "told: the answer to the next re-login or hello is 1002 with the type.", GradeObserved, wireObserved, "TestAMissedKickIsToldAtTheReturn"},
		{"kick", "kickedOffline", "silent: the next login succeeds and nothing is told, the native default.", GradeDocumented, docNative, "TestASilentMissedKickLetsTheNextLoginIn"},
		{"kick", "kickedOffline", "The Web SDK takes a silent missed kick for an ordinary return, and stays ready.", GradeObserved, wireObserved, "TestAPageThatMissedASilentKickNeverKnows"},
		{"kick", "kickedOffline", "6208: a native platform's next login is answered 6208.", GradeDocumented, docNative, "TestAMissedKickIs6208ForNativePlatformsOnce"},
		{"kick", "kickedOffline", "6208 comes once; Web is told 1002 instead; a REST kick is told under every rule.", GradeGuessed, noSource, "TestARESTKickIsToldUnderEveryRule"},
		{"kick", "reconnect", "kicks: who returns after its ghost time is the youngest and may evict.", GradeGuessed, "whether a reconnect makes young again is not documented (server-facts 9.3)", "TestAReconnectThatKicksTakesItsPlaceBack"},
		{"kick", "reconnect", "yields: it is refused as kicked by whoever has its place.", GradeOwn, "other vendors sell the switch (scenario-library S11)", "TestAReconnectThatYieldsIsRefusedAsKicked"},
		{"kick", "", "A page whose instance ID is online elsewhere takes its place without a kick, and is flagged.", GradeGuessed, "scenario-library S16", "TestTwoPagesWithOneIdentityAreFlagged"},
		{"ghost", "ghostWeb", "A lost Web connection counts for 60 s; older pages say 400 s, so that it can be set.", GradeDocumented, docState, "TestADeadConnectionCountsAsLongAsTheSettingsSay"},
		{"ghost", "ghostNative", "A lost native connection counts for 400 s.", GradeDocumented, docState, "TestADeadConnectionCountsAsLongAsTheSettingsSay"},
		{"ghost", "ghostMini", "A closed mini program counts for 5 s.", GradeDocumented, docState, "TestAClosedMiniProgramCountsForFiveSeconds"},
		{"ghost", "ghostClosed", "A closed page counts no more, at once.", GradeDocumented, docState, "TestAClosedPageCountsNoMore"},
		{"ghost", "ghostClosed", "400s: a closed page counts as long as a lost connection, as the older page has it.", GradeDocumented, docOldState, "TestAClosedPageCountsAsLongAsTheSettingsSay"},
		{"ghost", "", "ghostClosed holds for every platform but mini programs, and the webhook is told when the time is over.", GradeGuessed, noSource, "TestAMiniProgramKeepsItsOwnTimeWhereClosedPagesCountOn"},
		{"ghost", "", "A connection that falls silent counts from its last frame, and at least until the silence is noticed: 60 s on Web, 400 s elsewhere.", GradeGuessed, "the page gives the times, and not where they begin (server-facts 1.6)", "TestASilentConnectionsGhostTimeCountsFromItsLastFrame"},
		{"ghost", "", "A connection that ends without a close frame, as a killed process leaves it, counts for the ghost time all the same; the vendor reports it as gone at once.", GradeGuessed, "whether it will return over the next connection cannot be seen (server-facts 5)", "TestAGhostEndsAfterItsTime"},
		{"ghost", "", "The SDK's own close before a reconnect (4001) is a loss and not the end of the page.", GradeObserved, wireObserved, "TestTheSDKsReconnectingCloseIsALoss"},
		{"ghost", "", "A reconnect within the ghost time keeps number and age.", GradeGuessed, noSource, "TestAReconnectKeepsTheSessionAndItsAge"},
		{"usersig", "", "A UserSig is checked in the order of the vendor's public verifier, with its codes.", GradeDocumented, docUserSig, "TestRefusalsComeInTheVendorsOrder"},
		{"usersig", "", "An expired UserSig is told once, by 70001 to whatever is asked next, heartbeats included.", GradeObserved, wireObserved, "TestAnExpiredUserSigIsToldOnceAndThenNoMore"},
		{"usersig", "", "An instance whose UserSig has run out counts until it was told.", GradeGuessed, noSource, "TestAUserSigThatExpiresWhileAwayIsToldOnReturn"},
		{"usersig", "", "A REST kick ends every instance of the account and the UserSigs made before.", GradeDocumented, docRESTKick, "TestARESTKickEndsTheWholeAccount"},
		{"usersig", "", "A UserSig made in the second of the kick counts as older, and is refused with 70052.", GradeGuessed, "no page says which code, or where the second falls (server-facts 9.8)", "TestUserSigsFromBeforeARESTKickAreRefusedAndLaterOnesWork"},
		{"login", "disabled", "An app without a valid package is answered 60020, at login and by REST.", GradeDocumented, docCodes, "TestADisabledAppAnswers60020"},
		{"login", "", "Who is online when an app is disabled stays so.", GradeGuessed, noSource, "TestADisabledAppAnswers60020"},
		{"login", "", "An A2 key nobody gave out is answered 20002.", GradeGuessed, "20002 makes the SDK log out once and stay anonymous, as observed", "TestAnUnknownA2KeyIsAnswered20002"},
		{"login", "", "What needs a login and has none is answered 60004; heartbeats, logouts and telemetry are answered OK.", GradeObserved, wireObserved, "TestWithoutALoginOnlyHeartbeatsReportsAndLogoutsAreServed"},
		{"login", "", "Every command of a login is answered as the SDK accepts it; unknown ones with an empty OK.", GradeObserved, wireObserved, "TestEveryCommandOfALoginIsAnsweredAndUnknownOnesOnceWarnedOf"},
		{"fault", "drop", "A frame is lost.", GradeOwn, noSource, "TestADroppedRequestIsNeverAnsweredAndNeverHandled"},
		{"fault", "delay", "A frame comes later, and others overtake it.", GradeOwn, noSource, "TestADelayObeysTheSandboxsClockAndLetsOthersPass"},
		{"fault", "duplicate", "A frame comes twice.", GradeOwn, noSource, "TestADuplicatedFrameComesTwice"},
		{"fault", "refuse", "A request is answered with a code, and not handled.", GradeOwn, noSource, "TestTheNthLoginIsRefusedWithTheCode"},
		{"fault", "disconnect", "The connection ends with a close frame.", GradeOwn, noSource, "TestAFaultEndsAConnectionTheWayItSays"},
		{"fault", "cut", "The connection ends without one, and the page is kept out for a while.", GradeOwn, noSource, "TestAFaultEndsAConnectionTheWayItSays"},
		{"fault", "reset", "The connection ends with a TCP reset.", GradeOwn, noSource, "TestAResetIsATCPReset"},
		{"fault", "blackhole", "The connection stays and nothing comes through.", GradeOwn, noSource, "TestABlackHoleTakesEverythingUntilTheServerNoticesTheSilence"},
		{"fault", "latency", "Every frame comes later, in order.", GradeOwn, noSource, "TestLatencyKeepsTheOrderOfFrames"},
		{"ledger", "", "Two pages that evict each other in turn are a kick war, measured.", GradeOwn, "scenario-library S1, S2", "TestAKickWarIsSeenAtItsThirdRoundAndMeasured"},
		{"ledger", "", "Pages that reload are new ones; a war of such pages is seen where platform, address and time leave one page to be.", GradeGuessed, "nothing on the wire says which page a reloaded one was", "TestANewPageIsAKickedOneReloadedOnlyWhereNothingSpeaksAgainstIt"},
		{"ledger", "", "What a kicked page did next is written down.", GradeOwn, noSource, "TestWhatTheVictimDidNextIsWrittenDown"},
		{"ledger", "", "The same seed and the same script give the same ledger.", GradeOwn, noSource, "TestTheSameSeedAndScriptGiveTheSameLedger"},
	}
	rows = slices.Concat(rows, chatFidelity(), restFidelity(), webhookFidelity(), limitsOfTruth())
	for _, d := range DefectTable() {
		grade := GradeGuessed // that it happened is on record; how it looked on the wire is not
		if d.Source == ownDefect {
			grade = GradeOwn
		}
		rows = append(rows, Fidelity{"defect", string(d.Name), d.Says, grade, d.Source, "TestEachRuleHoldsWithoutItsDefectAndBreaksWithIt"})
	}
	return rows
}

func (s *Server) getFidelity(*consoleRequest) (any, error) {
	return struct {
		Fidelity []Fidelity `json:"fidelity"`
	}{FidelityTable()}, nil
}
