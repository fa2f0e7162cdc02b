using System.Collections.Immutable;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Crashes;

/// <content>Rounds, and workflows within workflows.</content>
internal static partial class Shapes
{
    private static ImmutableDictionary<string, string> Child => ImmutableDictionary<string, string>.Empty
        .Add("child.yaml", """
            name: child
            version: 1
            inputs: { topic: { required: true } }
            agents: { critic: { provider: gemini, model: m3 } }
            phases:
              draft: { agent: pm, prompt: "Draft ${{ inputs.topic }}" }
              book: { needs: draft, uses: book, with: { what: "${{ inputs.topic }}" } }
              judge: { needs: [draft, book], agent: critic, prompt: "Judge ${{ phases.draft.output }}" }
            """)
        .Add("nest.yaml", """
            name: nest
            version: 1
            inputs: { topic: { required: true } }
            agents: {}
            phases:
              inner: { uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ inputs.topic }}" } } }
              sum: { needs: inner, agent: pm, prompt: "Sum ${{ phases.inner.output.judge }}" }
            """)
        .Add("asking.yaml", """
            name: asking
            version: 1
            agents: {}
            phases:
              ok: { uses: approval, with: { question: "Ship?", options: [ship, keep] } }
              act: { needs: ok, agent: pm, prompt: "Act on ${{ phases.ok.output.choice }}" }
            """)
        .Add("failing.yaml", """
            name: failing
            version: 1
            agents: {}
            phases:
              fine: { agent: pm, prompt: "Fine now" }
              wrong: { needs: fine, uses: book, with: { what: wrong, fails: 9 } }
            """);

    private static ImmutableArray<Shape> Loops =>
    [
        new("loop", """
              draft: { agent: pm, prompt: "Draft ${{ phases.draft.round }} after ${{ toJSON(phases.draft.output) }}", loop: { until: "phases.draft.round >= 3", max: 5 } }
              end: { needs: draft, agent: pm, prompt: "End ${{ phases.draft.output }} in ${{ phases.draft.round }}" }
            """),
        new("loop-matrix", """
              parts: { agent: pm, prompt: "Part ${{ matrix.part }} ${{ phases.parts.round }}", matrix: { part: [u, v, w] }, max_parallel: 2, loop: { until: "phases.parts.round == 2", max: 3 } }
              sum: { needs: parts, agent: pm, prompt: "Sum ${{ join(phases.parts.output, '; ') }}" }
            """),
        new("loop-effect", """
              book: { uses: book, with: { what: "room ${{ phases.book.round }}" }, retry: { attempts: 3 }, loop: { until: "phases.book.round == 3", max: 3 } }
              end: { needs: book, agent: pm, prompt: "End ${{ phases.book.output }}" }
            """),
        new("loop-stuck", """
              draft: { agent: pm, prompt: "Draft ${{ phases.draft.round }}", loop: { until: "phases.draft.round > 9", max: 10 } }
              end: { needs: draft, agent: pm, prompt: "End ${{ phases.draft.output }}" }
            """)
        { Answer = (_, _) => FakeGateway.Answered("always the same"), Ends = SessionStatus.Failed, StopsHalfway = true },
        new("loop-in-vain", """
              draft: { agent: pm, prompt: "Draft ${{ phases.draft.round }}", on_error: { default: none }, loop: { until: "phases.draft.round > 2", max: 2 } }
              end: { needs: draft, agent: pm, prompt: "End ${{ phases.draft.output }}" }
            """),
        new("loop-pause", """
              draft: { agent: pm, prompt: "Draft ${{ phases.draft.round }}", loop: { until: "phases.draft.round >= 3", max: 5 } }
              end: { needs: draft, agent: pm, prompt: "End ${{ phases.draft.output }}" }
            """)
        { Wish = During("Draft 2", new SignalBody.Pause("lunch")) },
        new("matrix-late", """
              list: { agent: pm, prompt: "List now" }
              parts: { needs: list, agent: backend, prompt: "Part ${{ matrix.part }}", matrix: { part: "${{ fromJSON(phases.list.output) }}" }, max_parallel: 2 }
              sum: { needs: parts, agent: pm, prompt: "Sum ${{ join(phases.parts.output, '; ') }}" }
            """)
        { Answer = (request, _) => Shape.Asks(request, "List") ? FakeGateway.Answered("""["u","v","w"]""") : Shape.Echo(request) },
    ];

    private static ImmutableArray<Shape> SubWorkflows =>
    [
        new("sub-workflow", """
              first: { agent: pm, prompt: "First now" }
              sub: { needs: first, uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ phases.first.output }}" } } }
              end: { needs: sub, agent: pm, prompt: "End ${{ phases.sub.output.judge }}" }
            """)
        { Files = Child },
        new("sub-workflow-matrix", """
              subs: { uses: workflow, matrix: { topic: [tea, rum] }, with: { file: nest.yaml, inputs: { topic: "${{ matrix.topic }}" } } }
              end: { needs: subs, agent: pm, prompt: "End ${{ toJSON(phases.subs.output) }}" }
            """)
        { Files = Child },
        new("sub-workflow-cancel", """
              sub: { uses: workflow, with: { file: nest.yaml, inputs: { topic: tea } } }
              end: { needs: sub, agent: pm, prompt: "End ${{ phases.sub.output.sum }}" }
            """)
        { Files = Child, Wish = During("Judge", new SignalBody.Cancel("enough")), Ends = SessionStatus.Cancelled, StopsHalfway = true },
        new("sub-workflow-approval", """
              sub: { uses: workflow, with: { file: asking.yaml } }
              side: { agent: pm, prompt: "Side now" }
              end: { needs: [sub, side], agent: pm, prompt: "End ${{ phases.sub.output.act }}" }
            """)
        { Files = Child, Choose = _ => "ship" },
        new("sub-workflow-escalate", """
              sub: { uses: workflow, with: { file: failing.yaml }, on_error: escalate }
              end: { needs: sub, agent: pm, prompt: "End ${{ toJSON(phases.sub.output) }}" }
            """)
        { Files = Child, Choose = _ => "continue" },
    ];
}
