using System.Collections.Immutable;
using System.Text;

namespace Conclave.Tests.Engine.Laws;

/// <summary>A small workflow made of a seed: every kind of edge, condition, matrix, failure policy and budget.</summary>
internal sealed record RandomWorkflow(ImmutableArray<RandomPhase> Phases)
{
    /// <summary>One without cycles; its phases stand in the file in any order.</summary>
    public static RandomWorkflow Acyclic(Random random)
    {
        var names = Enumerable.Range(0, random.Next(1, 7)).Select(i => $"p{i}").ToArray();
        var phases = names.Select((name, i) => RandomPhase.Of(random, name, [.. names.Take(i).Where(_ => random.Next(3) == 0)])).ToArray();
        random.Shuffle(phases);
        return new RandomWorkflow([.. phases]);
    }

    /// <summary>Any edges at all, to itself too.</summary>
    public static RandomWorkflow AnyGraph(Random random)
    {
        var names = Enumerable.Range(0, random.Next(1, 8)).Select(i => $"p{i}").ToArray();
        var density = random.Next(3, 12);
        return new RandomWorkflow([.. names.Select(name => RandomPhase.Of(random, name, [.. names.Where(_ => random.Next(density) == 0)]))]);
    }

    public RandomPhase this[string name] => Phases.First(phase => phase.Name == name);

    public string Yaml
    {
        get
        {
            var text = new StringBuilder("""
                name: random
                version: 1
                inputs: { description: { required: true } }
                agents:
                  pm: { provider: openai, model: m1, fallback: [backend] }
                  backend: { provider: anthropic, model: m2 }
                defaults: { retry: { attempts: 2 } }
                phases:

                """);
            foreach (var phase in Phases)
            {
                text.Append(phase.Yaml);
            }

            return text.ToString();
        }
    }
}

internal sealed record RandomPhase(string Name, ImmutableArray<string> Needs)
{
    public string Agent { get; private init; } = "";

    public string? If { get; private init; }

    public bool IsTolerated { get; private init; }

    public int Steps { get; private init; }

    public bool FailFast { get; private init; }

    public int MaxParallel { get; private init; }

    public string OnInDoubt { get; private init; } = "";

    public decimal? BudgetUsd { get; private init; }

    public static RandomPhase Of(Random random, string name, ImmutableArray<string> needs) => new(name, needs)
    {
        Agent = random.Next(2) == 0 ? "pm" : "backend",
        If = random.Next(8) switch { 0 => "always()", 1 => "failure()", 2 => "1 == 2", 3 => "success()", _ => null },
        IsTolerated = random.Next(4) == 0,
        Steps = random.Next(3) == 0 ? random.Next(1, 4) : 0,
        FailFast = random.Next(2) == 0,
        MaxParallel = random.Next(1, 4),
        OnInDoubt = random.Next(3) switch { 0 => "hold", 1 => "fail", _ => "retry" },
        BudgetUsd = random.Next(4) == 0 ? random.Next(1, 5) * 0.1m : null,
    };

    public string Yaml
    {
        get
        {
            var text = new StringBuilder(FormattableString.Invariant($"  {Name}:\n    agent: {Agent}\n    max_output_tokens: 100\n    on_in_doubt: {OnInDoubt}\n    needs: [{string.Join(", ", Needs)}]\n"));
            text.Append(Steps == 0
                ? $"    prompt: \"question {Name}\"\n"
                : FormattableString.Invariant($"    prompt: \"question {Name} ${{{{ matrix.n }}}}\"\n    matrix: {{ n: [{string.Join(", ", Enumerable.Range(1, Steps))}] }}\n    max_parallel: {MaxParallel}\n    fail_fast: {(FailFast ? "true" : "false")}\n"));
            text.Append(If is null ? "" : $"    if: \"{If}\"\n");
            text.Append(IsTolerated ? "    on_error: continue\n" : "");
            text.Append(BudgetUsd is { } usd ? FormattableString.Invariant($"    budget: {usd:0.00}\n") : "");
            return text.ToString();
        }
    }
}
