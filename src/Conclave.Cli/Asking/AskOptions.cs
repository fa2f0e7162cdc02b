using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Conclave.Agents;
using Conclave.Cli.Commands;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;
using Conclave.Server.Asking;

namespace Conclave.Cli.Asking;

/// <summary>The options of <c>conclave ask</c>.</summary>
internal sealed class AskOptions
{
    private readonly Option<string?> system = new("--system") { Description = "The text that opens the model's instructions (default: the agent's role).", HelpName = "TEXT" };
    private readonly Option<int?> tokens = new("--max-output-tokens") { Description = "The most that may come back, thinking included; an answer that is cut off there is shown as it is.", HelpName = "N" };
    private readonly Option<string?> effort = new("--effort") { Description = "How hard to think, as far as the model takes it: low, medium, high, ...", HelpName = "EFFORT" };
    private readonly Option<int> attempts = new("--attempts") { Description = "How many requests it may take when the vendor turns them away.", HelpName = "N", DefaultValueFactory = _ => Server.Asking.Question.DefaultAttempts };
    private readonly Option<string> timeout = new("--timeout") { Description = "How long all of it may take.", HelpName = "DURATION", DefaultValueFactory = _ => "20m" };
    private readonly Option<decimal> budget = new("--budget") { Description = "What it may cost in USD, counted at its worst case before it is sent.", HelpName = "USD", DefaultValueFactory = _ => 1m };
    private readonly Option<string?> price = new("--price") { Description = "What the model costs at most, in USD per million tokens in and out: for models that nobody else prices.", HelpName = "IN/OUT" };
    private readonly Option<bool> simulate = new("--simulate") { Description = "Let the simulator answer: no key, no network, no cost." };
    private readonly Option<string?> scenario = new("--scenario") { Description = "Which scenario the simulator plays (implies --simulate).", HelpName = "NAME|FILE" };

    public Argument<string> Target { get; } = new("agent") { Description = "An agent of the workflow (pm, backend, frontend), or PROVIDER/MODEL.", HelpName = "AGENT|PROVIDER/MODEL" };

    public Argument<string> Text { get; } = new("text") { Description = "The question; `-` reads it from stdin." };

    public Option<string?> Schema { get; } = new("--schema") { Description = "A file with the JSON Schema that the answer must fit; the answer is then JSON, checked.", HelpName = "FILE" };

    public Option<string> Workflow { get; } = new("--workflow") { Description = "Whose agents are meant: a built-in workflow or a file.", HelpName = "NAME|FILE", DefaultValueFactory = _ => "software-project" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print how it went as one JSON object." };

    public void AddTo(Command command)
    {
        tokens.Validators.Add(result => Whole(result, 1, 100_000_000));
        attempts.Validators.Add(result => Whole(result, 1, 20));
        budget.Validators.Add(StartOptions.Positive);
        timeout.Validators.Add(result => Each(result, value => DurationText.Parse(value) > TimeSpan.Zero, "a duration such as 90s, 10m or 2h"));
        price.Validators.Add(result => Each(result, value => Prices(value) is not null, "two amounts of USD such as 0.50/2"));
        command.Arguments.Add(Target);
        command.Arguments.Add(Text);
        foreach (var option in new Option[] { Schema, system, tokens, effort, attempts, timeout, budget, price, Workflow, simulate, scenario, Json })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The agent as the options change it.</summary>
    public Agent Change(ParseResult parsed, Agent agent) => agent with { Role = parsed.GetValue(system) ?? agent.Role, Effort = parsed.GetValue(effort) ?? agent.Effort };

    /// <summary>The question.</summary>
    public Question Question(ParseResult parsed, Agent agent, string text) => new(agent, text)
    {
        MaxOutputTokens = parsed.GetValue(tokens),
        Attempts = parsed.GetValue(attempts),
        Timeout = DurationText.Parse(parsed.GetValue(timeout)!)!.Value,
        BudgetUsd = parsed.GetValue(budget),
    };

    /// <summary>The price that was named; null for none.</summary>
    public CeilingPrice? PriceOf(ParseResult parsed, Agent agent) => parsed.GetValue(price) is { } text && Prices(text) is var (input, output) ? new CeilingPrice(agent.Provider, agent.Model, input, output) : null;

    /// <summary>The scenario to play; null for the vendor itself.</summary>
    public string? ScenarioOf(ParseResult parsed) => parsed.GetValue(scenario) ?? (parsed.GetValue(simulate) ? "hello" : null);

    private static (decimal Input, decimal Output)? Prices(string text) =>
        text.Split('/') is [var input, var output] && Usd(input) is { } one && Usd(output) is { } other ? (one, other) : null;

    private static decimal? Usd(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) ? usd : null;

    private static void Whole(OptionResult result, int min, int max) =>
        Each(result, value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max, $"a whole number from {min} to {max}");

    private static void Each(OptionResult result, Func<string, bool> isGood, string wanted)
    {
        foreach (var token in result.Tokens.Where(token => !isGood(token.Value)))
        {
            result.AddError($"{result.Option.Name} wants {wanted}, not `{token.Value}`");
        }
    }
}
