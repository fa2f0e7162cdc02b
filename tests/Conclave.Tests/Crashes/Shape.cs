using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Crashes;

/// <summary>One form of a workflow with all that happens to it from outside: what the sweep kills at every place.</summary>
/// <param name="Name">What it is called in messages and in <c>CONCLAVE_CRASH</c>.</param>
/// <param name="Phases">The phases as YAML.</param>
internal sealed record Shape(string Name, string Phases)
{
    /// <summary>The vendors' answer to a request that they receive for the so many-th time.</summary>
    public Func<ModelRequest, int, CallOutcome> Answer { get; init; } = (request, _) => Echo(request);

    /// <summary>What the user wishes while this request is under way; null for nothing.</summary>
    public Func<ModelRequest, SignalBody?> Wish { get; init; } = _ => null;

    /// <summary>How long the vendor thinks before its answer begins.</summary>
    public Func<ModelRequest, TimeSpan> Latency { get; init; } = _ => Second;

    /// <summary>Characters of one piece of an answer.</summary>
    public int PieceLength { get; init; } = 1000;

    /// <summary>What the user chooses at a gate, by its key; null when nobody is there to be asked.</summary>
    public Func<string, string>? Choose { get; init; }

    /// <summary>Whether processes wait for people instead of leaving, so that the time of a default comes.</summary>
    public bool Stays { get; init; }

    /// <summary>The texts of the files that the workflow uses, by name.</summary>
    public ImmutableDictionary<string, string> Files { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether answers are cached, and asked for there first.</summary>
    public bool HasCache { get; init; }

    /// <summary>The phase from which on it is a fork of an undisturbed session; null when it begins by itself.</summary>
    public string? ForkedAt { get; init; }

    public decimal BudgetUsd { get; init; } = 1_000_000m;

    public BudgetAction OnExceed { get; init; } = BudgetAction.Pause;

    /// <summary>The budget that the user gives when the session has paused for want of money.</summary>
    public decimal? MoreUsd { get; init; }

    /// <summary>How it ends. A pause is resumed by the user, unless it is the end.</summary>
    public SessionStatus Ends { get; init; } = SessionStatus.Succeeded;

    /// <summary>Whether it stops halfway, so that a crash may leave fewer phases done than an undisturbed run; those that are done are the same.</summary>
    public bool StopsHalfway { get; init; }

    /// <summary>Whether an agent whose answer was lost twice is left out in the open, so that what follows may differ.</summary>
    public bool LeavesOut { get; init; }

    /// <summary>Whether the result is delivered by the real delivery, with git, into a real folder.</summary>
    public bool HasFolder { get; init; }

    /// <summary>How long vendors think.</summary>
    public static TimeSpan Second { get; } = TimeSpan.FromSeconds(1);

    public string Yaml => $$"""
        name: {{Name}}
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
          backend: { provider: anthropic, model: m2 }
          frontend: { provider: gemini, model: m3 }
          lead: { provider: openai, model: m9, fallback: [backend] }
        phases:
        {{Phases}}
        """;

    /// <summary>An answer that shows what was asked.</summary>
    public static CallOutcome Echo(ModelRequest request) => FakeGateway.Answered($"answer to {ModelRequest.Hash(request.ToJson())[..12]} of {request.Model}");

    /// <summary>Whether this is the first question of a phase, told by its prompt.</summary>
    public static bool Asks(ModelRequest request, string prompt) => request.Messages[0].Text.StartsWith(prompt, StringComparison.Ordinal);

    public override string ToString() => Name;
}
