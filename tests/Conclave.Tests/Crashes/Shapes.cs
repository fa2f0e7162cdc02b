using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Budget;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Crashes;

/// <summary>All shapes. A new kind of phase is one more entry here.</summary>
internal static partial class Shapes
{
    private const string Three = """
          first: { agent: pm, prompt: "First now" }
          second: { needs: first, agent: backend, prompt: "Second after ${{ phases.first.output }}" }
          third: { needs: second, agent: pm, prompt: "Third after ${{ phases.second.output }}" }
        """;

    public static ImmutableArray<Shape> All { get; } =
    [
        new("linear", Three),
        FanOut(2),
        FanOut(8),
        FanOut(64),
        new("join", """
              a: { agent: pm, prompt: "A now" }
              b: { agent: backend, prompt: "B now" }
              c: { needs: a, agent: frontend, prompt: "C of ${{ phases.a.output }}" }
              ab: { needs: [a, b], agent: pm, prompt: "AB of ${{ phases.a.output }} ${{ phases.b.output }}" }
              all: { needs: [ab, c, b], agent: pm, prompt: "All of ${{ phases.ab.output }} ${{ phases.c.output }}" }
            """),
        new("matrix", """
              parts: { agent: pm, prompt: "Part ${{ matrix.part }}", matrix: { part: [u, v, w, x] }, max_parallel: 2 }
              sum: { needs: parts, agent: pm, prompt: "Sum ${{ join(phases.parts.output, '; ') }}" }
            """),
        BrokenMatrix("matrix-fail-fast", failFast: true),
        BrokenMatrix("matrix-fail-late", failFast: false),
        new("condition", """
              a: { agent: pm, prompt: "A now" }
              yes: { needs: a, agent: pm, prompt: "Yes now", if: "contains(phases.a.output, 'answer')" }
              no: { needs: a, agent: pm, prompt: "No now", if: "phases.a.output == 'something else'" }
              end: { needs: [yes, no], agent: pm, prompt: "End ${{ phases.yes.status }} ${{ phases.no.status }}" }
            """),
        new("backoff", """
              a: { agent: pm, prompt: "A now" }
              book: { needs: a, uses: book, with: { what: rooms, fails: 2 }, retry: { attempts: 4 } }
              b: { needs: book, agent: pm, prompt: "B ${{ phases.book.output }}" }
            """)
        { Answer = (request, times) => Shape.Asks(request, "A") && times <= 2 ? new CallOutcome.Overloaded(503, null, "busy") : Shape.Echo(request) },
        new("rate-limit", Three) { Answer = (request, times) => times == 1 ? new CallOutcome.RateLimited(2_000, "slowly") : Shape.Echo(request) },
        new("fallback", """
              a: { agent: lead, prompt: "A now" }
              b: { needs: a, agent: lead, prompt: "B of ${{ phases.a.output }}" }
            """)
        { Answer = (request, _) => request.Model == "m9" ? new CallOutcome.Refused("policy", new Usage(10, 0, 0, 1, 0)) : Shape.Echo(request) },
        new("streaming", Three) { PieceLength = 6 },
        new("re-ask", """
              a: { agent: pm, prompt: "A now", output: ballot }
              b: { needs: a, agent: pm, prompt: "B ${{ phases.a.output.choice }}" }
            """)
        { Answer = (request, _) => !Shape.Asks(request, "A") ? Shape.Echo(request) : FakeGateway.Answered(request.Messages.Length == 1 ? "no JSON" : Ballot("A")) },
        new("continuation", """
              a: { agent: pm, prompt: "A now" }
              b: { needs: a, agent: pm, prompt: "B of ${{ phases.a.output }}" }
            """)
        { Answer = (request, _) => Shape.Asks(request, "A") && request.Messages.Length == 1 ? new CallOutcome.CutOff(StoredText.From("half, "), new Usage(10, 0, 0, 9, 0), "m1") : Shape.Echo(request) },
        new("cancel", Three) { Wish = During("Second", new SignalBody.Cancel("enough")), Ends = SessionStatus.Cancelled, StopsHalfway = true },
        new("pause", Three) { Wish = During("Second", new SignalBody.Pause("lunch")) },
        new("budget-pause", Three) { Answer = Dear, BudgetUsd = 30m, MoreUsd = 100_000m },
        new("budget-stop", Three) { Answer = Dear, BudgetUsd = 30m, OnExceed = BudgetAction.Stop, Ends = SessionStatus.Failed, StopsHalfway = true },
        new("bad-key", Three)
        {
            Answer = (request, _) => request.Provider == "anthropic" ? new CallOutcome.Rejected(RejectionKind.BadKey, 401, "no") : Shape.Echo(request),
            Ends = SessionStatus.Paused,
            StopsHalfway = true,
        },
        new("council", """
              compare: { uses: clash }
              vote: { needs: compare, uses: council, with: { voters: [pm, backend, frontend], quorum: 2 } }
              after: { needs: vote, agent: pm, prompt: "After ${{ toJSON(phases.vote.output) }}" }
            """)
        { Answer = Vote, LeavesOut = true },
        new("effect", """
              rooms: { uses: book, with: { what: rooms } }
              cars: { uses: book, with: { what: cars } }
              trip: { needs: [rooms, cars], uses: book, with: { what: trip } }
              report: { needs: trip, agent: pm, prompt: "Report ${{ phases.trip.output }}" }
            """),
        new("files", """
              one: { uses: book, with: { what: one, file: src/one.py } }
              parts: { needs: one, uses: book, matrix: { part: [x, y] }, with: { what: "${{ matrix.part }}", file: "src/${{ matrix.part }}.py" } }
              ask: { needs: one, agent: pm, prompt: "Ask now" }
              two: { needs: [parts, ask], uses: book, with: { what: two, file: src/one.py } }
            """)
        { HasFolder = true },
        .. Loops,
        .. SubWorkflows,
        .. Gates,
        .. Doubts,
    ];

    public static Shape Named(string name) => All.Single(shape => shape.Name == name);

    private static Shape FanOut(int width)
    {
        var leaves = Enumerable.Range(1, width).ToList();
        return new Shape($"fan-out-{width}", $$$"""
              root: { agent: pm, prompt: "Root now" }
            {{{string.Join('\n', leaves.Select(leaf => $$$"""  leaf-{{{leaf}}}: { needs: root, agent: backend, prompt: "Leaf {{{leaf}}} of ${{ phases.root.output }}" }"""))}}}
              join: { needs: [{{{string.Join(", ", leaves.Select(leaf => $"leaf-{leaf}"))}}}], agent: pm, prompt: "Join {{{string.Concat(leaves.Select(leaf => $$$"""${{ phases.leaf-{{{leaf}}}.output }} """))}}}" }
            """);
    }

    private static Shape BrokenMatrix(string name, bool failFast) => new(name, $$$"""
          parts: { agent: pm, prompt: "Part ${{ matrix.part }}", matrix: { part: [u, v, w, x] }, max_parallel: 2, fail_fast: {{{(failFast ? "true" : "false")}}} }
          after: { needs: parts, agent: pm, prompt: "After now" }
          tidy: { needs: parts, agent: pm, prompt: "Tidy now", if: "always()" }
        """)
    {
        Answer = (request, _) => Shape.Asks(request, "Part v") ? new CallOutcome.Refused("policy", new Usage(10, 0, 0, 1, 0)) : Shape.Echo(request),
        Ends = SessionStatus.Failed,
        StopsHalfway = true,
    };

    private static Func<ModelRequest, SignalBody?> During(string prompt, SignalBody wish) => request => Shape.Asks(request, prompt) ? wish : null;

    // Each answer costs eight dollars; the worst case of a question is about seventeen.
    private static CallOutcome Dear(ModelRequest request, int times) =>
        new CallOutcome.Answered(((CallOutcome.Answered)Shape.Echo(request)).Answer, new Usage(1, 0, 0, 8_000, 0), "dear");

    private static string Ballot(string choice) => JsonSerializer.Serialize(new BallotAnswer(choice, "because", ["E1"], false), EngineJson.Options);

    // The third vendor does not know the key; the others vote for different letters, which is the same option in both orders.
    private static CallOutcome Vote(ModelRequest request, int times) => Shape.Asks(request, "After") ? Shape.Echo(request)
        : request.Provider == "gemini" ? new CallOutcome.Rejected(RejectionKind.BadKey, 401, "no")
        : FakeGateway.Answered(Ballot(request.Messages[0].Text.Contains("A: Number 1", StringComparison.Ordinal) ? "A" : "B"));
}
