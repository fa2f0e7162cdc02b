using System.Collections.Immutable;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Crashes;

/// <content>What people decide, and what happens to answers that were lost, were given before, or come from another session.</content>
internal static partial class Shapes
{
    private const string Meanwhile = """
          ok: { uses: approval, with: { question: "Ship?", options: [ship, keep] } }
          first: { agent: pm, prompt: "First now" }
          second: { needs: first, agent: backend, prompt: "Second after ${{ phases.first.output }}" }
          end: { needs: [ok, second], agent: pm, prompt: "End ${{ phases.ok.output.choice }} ${{ phases.second.output }}" }
        """;

    private const string Timed = """
          ok: { uses: approval, with: { question: "Ship?", options: [ship, keep], timeout: 5m, default: keep } }
          end: { needs: ok, agent: pm, prompt: "End ${{ phases.ok.output.choice }} ${{ phases.ok.output.by }}" }
        """;

    private static ImmutableArray<Shape> Gates =>
    [
        new("approval", Meanwhile) { Choose = _ => "ship" },
        new("approval-meanwhile", Meanwhile) { Choose = _ => "keep", Wish = During("Second", new SignalBody.Approve("ok", "keep", "so be it")) },
        new("approval-matrix", """
              ok: { uses: approval, matrix: { part: [u, v, w] }, with: { question: "Ship ${{ matrix.part }}?", options: [ship, keep] } }
              end: { needs: ok, agent: pm, prompt: "End ${{ toJSON(phases.ok.output) }}" }
            """)
        { Choose = gate => gate.Contains("/v/", StringComparison.Ordinal) ? "keep" : "ship" },
        new("approval-loop", """
              ok: { uses: approval, with: { question: "Again?", options: [again, enough] }, loop: { until: "phases.ok.output.choice == 'enough'", max: 3 } }
              end: { needs: ok, agent: pm, prompt: "End after ${{ phases.ok.round }}" }
            """)
        { Choose = gate => gate.Contains("/2.1/", StringComparison.Ordinal) ? "enough" : "again" },
        new("approval-late", Timed) { Choose = _ => "ship", Stays = true },
        new("approval-unattended", Timed),
        new("approval-rejected", """
              ok: { uses: approval, with: { question: "Ship?" } }
              end: { needs: ok, agent: pm, prompt: "End ${{ phases.ok.output.choice }}" }
              tidy: { needs: ok, agent: pm, prompt: "Tidy now", if: "failure()" }
            """)
        { Choose = _ => "reject", Ends = SessionStatus.Failed },
        new("approval-pause", Meanwhile) { Choose = _ => "ship", Wish = During("Second", new SignalBody.Pause("lunch")) },
        new("approval-cancel", Meanwhile) { Choose = _ => "ship", Wish = During("Second", new SignalBody.Cancel("enough")), Ends = SessionStatus.Cancelled, StopsHalfway = true },
        new("escalate-retry", """
              a: { agent: pm, prompt: "A now" }
              book: { needs: a, uses: book, with: { what: rooms, fails: 2 }, retry: { attempts: 1 }, on_error: escalate }
              end: { needs: book, agent: pm, prompt: "End ${{ phases.book.output }}" }
            """)
        { Choose = _ => "retry" },
        new("escalate-continue", """
              parts: { uses: book, matrix: { part: [u, v] }, with: { what: "${{ matrix.part }}", fails: 9 }, retry: { attempts: 1 }, fail_fast: false, on_error: escalate }
              end: { needs: parts, agent: pm, prompt: "End ${{ phases.parts.status }}" }
            """)
        { Choose = gate => gate.Contains("/2/", StringComparison.Ordinal) ? "retry" : "continue" },
        new("escalate-fail", """
              book: { uses: book, with: { what: rooms, fails: 9 }, retry: { attempts: 1 }, on_error: escalate }
              tidy: { needs: book, agent: pm, prompt: "Tidy now", if: "always()" }
            """)
        { Choose = _ => "fail", Ends = SessionStatus.Failed },
    ];

    private static ImmutableArray<Shape> Doubts =>
    [
        new("cancel-now", Three) { Wish = During("Second", new SignalBody.Cancel("at once") { Now = true }), Ends = SessionStatus.Cancelled, StopsHalfway = true },
        new("hold", """
              first: { agent: pm, prompt: "First now", on_in_doubt: hold }
              second: { needs: first, agent: backend, prompt: "Second after ${{ phases.first.output }}", on_in_doubt: hold }
            """),
        new("timeout", """
              slow: { agent: pm, prompt: "Slow now", timeout: 5m, on_error: { default: nothing } }
              end: { needs: slow, agent: pm, prompt: "End ${{ phases.slow.output }}" }
            """)
        { Latency = request => Shape.Asks(request, "Slow") ? TimeSpan.FromHours(1) : Shape.Second },
        new("tolerated", """
              worse: { agent: pm, prompt: "Worse now", on_error: continue }
              end: { needs: worse, agent: pm, prompt: "End ${{ phases.worse.status }}" }
            """)
        { Answer = (request, _) => Shape.Asks(request, "Worse") ? new CallOutcome.Refused("policy", new Usage(10, 0, 0, 1, 0)) : Shape.Echo(request) },
        new("phase-budget", """
              parts: { agent: pm, prompt: "Part ${{ matrix.part }}", matrix: { part: [u, v, w] }, budget: { usd: 20, on_exceed: pause } }
              end: { needs: parts, agent: pm, prompt: "End ${{ join(phases.parts.output, ' ') }}" }
            """)
        { Answer = Dear },
        new("cache", """
              a: { agent: pm, prompt: "Same now", cache: read-write }
              b: { needs: a, agent: pm, prompt: "Same now", cache: read-write }
              c: { needs: b, agent: pm, prompt: "Other after ${{ phases.b.output }}", cache: read-write }
              d: { needs: c, agent: pm, prompt: "Same now", cache: read }
            """)
        { HasCache = true },
        new("fork", """
              a: { agent: pm, prompt: "A now" }
              sub: { needs: a, uses: workflow, matrix: { topic: [tea, rum] }, with: { file: child.yaml, inputs: { topic: "${{ matrix.topic }}" } } }
              b: { needs: a, agent: backend, prompt: "B ${{ phases.a.output }}" }
              end: { needs: [sub, b], agent: pm, prompt: "End ${{ toJSON(phases.sub.output) }} ${{ phases.b.output }}" }
            """)
        { Files = Child, ForkedAt = "sub[rum]/judge" },
    ];
}
