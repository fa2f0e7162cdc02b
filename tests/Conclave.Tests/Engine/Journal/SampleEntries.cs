using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Budget;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Engine.Journal;

/// <summary>One entry of every kind, in an order that could have happened.</summary>
internal static class SampleEntries
{
    private static readonly AgentId Backend = new("backend");
    private static readonly DoorKey Call = DoorKey.Of(new PhaseId("plan"), "", 1, "ask");
    private static readonly DoorKey KeptCall = DoorKey.Of(new PhaseId("build"), "x", 1, "ask");
    private static readonly DoorKey Gate = DoorKey.Of(new PhaseId("ask"), "", 1, "approval");
    private static readonly DoorKey Effect = DoorKey.OfSession("deliver");

    public static readonly SessionId Id = new("20261122-sample");

    public static EntryBody.SessionCreated Created { get; } = new(
        StoredText.From("a URL shortener"),
        "software-project",
        "software-project.yaml",
        StoredText.From("name: software-project"),
        ImmutableSortedDictionary<string, StoredText>.Empty.Add("plan", StoredText.From("Plan ${{ inputs.description }}")),
        JsonSerializer.SerializeToElement(new { description = "a URL shortener" }),
        [new AgentSeat(new Agent(Backend, "anthropic", "claude", "You are the backend expert.", "medium", 64_000, []), "openai")],
        [new PhaseId("plan"), new PhaseId("vote"), new PhaseId("build"), new PhaseId("odd")],
        new SessionSettings(10m, BudgetAction.Pause, "/tmp/x", "url-shortener", true),
        "0.1.0");

    public static IReadOnlyList<(PhaseId? Phase, string? Step, EntryBody Body)> All { get; } =
    [
        (null, null, Created),
        (null, null, new EntryBody.SessionQueued()),
        (new PhaseId("plan"), null, new EntryBody.PhaseStarted([""])),
        (new PhaseId("plan"), null, new EntryBody.StepStarted(1, null)),
        (new PhaseId("plan"), null, new EntryBody.AttemptStarted(Call, 1, Backend, "anthropic", "claude", "00ff", StoredText.From("{}"), 1.25m, AttemptReason.First)),
        (new PhaseId("plan"), null, new EntryBody.AttemptEnded(Call, 1, new CallOutcome.Answered(StoredText.From("{\"ok\": true}"), new Usage(100, 10, 0, 20, 5), "claude-1") { RequestId = "req_1" }, 0.0123m, 1500)),
        (new PhaseId("plan"), null, new EntryBody.StepFailed(1, "CONC034", "too slow", DateTimeOffset.FromUnixTimeSeconds(1_795_000_000), [], null)),
        (new PhaseId("plan"), null, new EntryBody.StepStarted(2, DateTimeOffset.FromUnixTimeSeconds(1_795_000_000))),
        (new PhaseId("plan"), null, new EntryBody.StepSucceeded(2, StoredText.From("{\"ok\":true}"), [new FileChange("a.txt", BlobId.Of("x"u8), Backend, "claude", ["R1"])], new VerificationSummary(Verdict.Verified, "1 test passed", 1, 0, StoredText.From("{}")), ["a note"])),
        (new PhaseId("plan"), null, new EntryBody.PhaseSucceeded()),
        (new PhaseId("build"), null, new EntryBody.PhaseStarted(["x"], StoredText.From("[{\"part\":\"x\"}]"))),
        (new PhaseId("build"), "x", new EntryBody.StepStarted(1, null)),
        (new PhaseId("build"), "x", new EntryBody.StepSucceeded(1, StoredText.From("1"), [], null, [])),
        (new PhaseId("build"), null, new EntryBody.RoundStarted(2)),
        (new PhaseId("vote"), null, new EntryBody.PhaseSkipped(SkipReason.Condition)),
        (new PhaseId("odd"), null, new EntryBody.PhaseFailed("CONC030", "no such thing", true)),
        (new PhaseId("ask"), null, new EntryBody.PhaseStarted([""])),
        (new PhaseId("ask"), null, new EntryBody.StepStarted(1, null)),
        (new PhaseId("ask"), null, new EntryBody.ApprovalAsked(Gate, GatePurpose.Approval, StoredText.From("Ship it?"), ["approve", "reject"], DateTimeOffset.FromUnixTimeSeconds(1_795_000_000), "reject")),
        (new PhaseId("ask"), null, new EntryBody.ApprovalGiven(Gate, "approve", "go", GateAnswerer.User)),
        (new PhaseId("build"), null, new EntryBody.PhaseKept(new SessionId("20261121-origin"),
        [
            new KeptEntry(7, DateTimeOffset.FromUnixTimeSeconds(1_794_000_000), null, new EntryBody.PhaseStarted(["x"])),
            new KeptEntry(8, DateTimeOffset.FromUnixTimeSeconds(1_794_000_001), "x", new EntryBody.StepStarted(1, null)),
            new KeptEntry(9, DateTimeOffset.FromUnixTimeSeconds(1_794_000_002), "x", new EntryBody.AttemptStarted(KeptCall, 1, Backend, "anthropic", "claude", "00ff", StoredText.From("{}"), 3m, AttemptReason.First)),
            new KeptEntry(10, DateTimeOffset.FromUnixTimeSeconds(1_794_000_003), "x", new EntryBody.AttemptEnded(KeptCall, 1, new CallOutcome.Answered(StoredText.From("ä \"quoted\""), null, null), 2.5m, 10)),
            new KeptEntry(11, DateTimeOffset.FromUnixTimeSeconds(1_794_000_004), "x", new EntryBody.StepSucceeded(1, StoredText.From("null"), [new FileChange("b.txt", BlobId.Of("y"u8), null, null, [])], null, [])),
            new KeptEntry(12, DateTimeOffset.FromUnixTimeSeconds(1_794_000_005), null, new EntryBody.PhaseSucceeded()),
        ])),
        (null, null, new EntryBody.BallotCast(Vote)),
        (null, null, new EntryBody.DecisionMade(new CouncilDecision(Dispute, "a", DecisionMethod.Majority, [new CountedVote(Backend, "anthropic", "a", 1, null)], ["anthropic"], []))),
        (null, null, new EntryBody.AlertRaised("CONC601", "no sandbox")),
        (null, null, new EntryBody.SignalReceived("s1", new SignalBody.Pause("later"))),
        (null, null, new EntryBody.SignalReceived("s2", new SignalBody.Cancel("enough") { Now = true })),
        (null, null, new EntryBody.SignalReceived("s3", new SignalBody.Approve("ask", "approve", null))),
        (null, null, new EntryBody.SessionPaused("later", null, null)),
        (null, null, new EntryBody.SessionResumed(ResumeReason.Resumed, "host/1", 20m)),
        (null, null, new EntryBody.SessionResumed(ResumeReason.Recovered, "host/2", null, "/projects/elsewhere")),
        (null, null, new EntryBody.EffectStarted(Effect)),
        (null, null, new EntryBody.EffectDone(Effect, StoredText.From("{}"))),
        (new PhaseId("plan"), null, new EntryBody.AttemptStarted(Call, 2, Backend, "anthropic", "claude", "00ff", StoredText.From("{}"), 0m, AttemptReason.First)),
        (new PhaseId("plan"), null, new EntryBody.AttemptEnded(Call, 2, new CallOutcome.Answered(StoredText.From("again"), null, null), 0m, 0, new CacheHit(DateTimeOffset.FromUnixTimeSeconds(1_794_000_000), 0.5m, new Usage(1, 0, 0, 2, 0)))),
        (new PhaseId("plan"), null, new EntryBody.AttemptStarted(Call, 3, Backend, "anthropic", "claude", "00ff", StoredText.From("{}"), 0m, AttemptReason.First)),
        (new PhaseId("plan"), null, new EntryBody.AttemptEnded(Call, 3, new CallOutcome.CutOff(StoredText.From("half"), null, null) { StopReason = "pause_turn", Why = CutReason.Pause, Calls = [new ToolCall("c1", "search", StoredText.From("{}"))], Turn = StoredText.From("[{\"text\":4}]") }, 0m, 0)),
        (new PhaseId("plan"), null, new EntryBody.AttemptStarted(Call, 4, Backend, "anthropic", "claude", "00ff", StoredText.From("{}"), 0m, AttemptReason.Continuation)),
        (new PhaseId("plan"), null, new EntryBody.AttemptEnded(Call, 4, new CallOutcome.Empty(new Usage(1, 0, 0, 0, 0), null), 0m, 0)),
        (null, null, new EntryBody.SessionSucceeded(Verdict.Verified, "1 test passed")),
        (null, null, new EntryBody.SessionFailed("CONC602", "red", new PhaseId("plan"))),
        (null, null, new EntryBody.SessionCancelled("enough")),
    ];

    private static Conflict Dispute => new("topic-choice:x", "topic-choice", "Which?", true, Backend, [new ConflictOption("a", "A", [Backend]), new ConflictOption("b", "B", [])], ["e"]);

    private static Ballot Vote => new("topic-choice:x", Backend, "anthropic", "claude", 0, "a", "because", ["R1"], null, 0.01m);

    /// <summary>The same as entries of one session.</summary>
    public static IEnumerable<JournalEntry> Entries() => All.Select((entry, i) =>
        new JournalEntry(i + 1, Id, DateTimeOffset.FromUnixTimeSeconds(1_794_990_000 + i), entry.Phase, entry.Step, entry.Body));
}
