using System.CommandLine;
using System.Globalization;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave new "..."</c>: builds a project from a description.</summary>
internal static class NewCommand
{
    public static Command Create(CommandContext context)
    {
        var description = new Argument<string>("description") { Description = "What to build, in your own words; `-` reads it from stdin." };
        var options = new StartOptions();
        var workflow = new Option<string>("--workflow") { Description = "A built-in workflow or a file.", HelpName = "NAME|FILE", DefaultValueFactory = _ => "software-project" };
        var inputs = InputOption.Create();
        var simulate = new Option<bool>("--simulate") { Description = "Let the simulator answer: no key, no network, no cost. The description then does not shape the result." };
        var scenario = new Option<string?>("--scenario") { Description = "Which scenario the simulator plays (implies --simulate).", HelpName = "NAME|FILE" };
        var trust = TrustOption.Create();
        var gitHub = new GitHubOptions();
        var command = new Command("new", "Build a project from a description.") { description, workflow, inputs, simulate, scenario, trust };
        options.AddTo(command);
        gitHub.AddTo(command, simulate, scenario);
        command.SetAction(async (parsed, cancel) =>
        {
            var text = parsed.GetRequiredValue(description) is "-" ? await ReadInput(cancel) : parsed.GetRequiredValue(description);
            var named = parsed.GetValue(scenario) ?? (parsed.GetValue(simulate) ? SimulatedVendors.DefaultScenario : null);
            var wish = new NewSession(text)
            {
                Workflow = parsed.GetValue(workflow)!,
                Inputs = InputOption.Values(parsed.GetValue(inputs)!).SetItems(gitHub.Inputs(parsed)),
                OutputDirectory = options.Output(parsed, text),
                BudgetUsd = options.Budget(parsed),
                Scenario = named is not null && File.Exists(named) ? Path.GetFullPath(named) : named,
                Trust = parsed.GetValue(trust),
                Unattended = Console.IsInputRedirected,
            };
            return await StartCommand.Run(context, parsed, wish, parsed.GetValue(options.Json));
        });
        return command;
    }

    // One character more than is allowed is enough to refuse it.
    private static async Task<string> ReadInput(CancellationToken cancel)
    {
        var text = new char[NewSession.MaxDescription + 1];
        return new string(text, 0, await Console.In.ReadBlockAsync(text, cancel));
    }
}

/// <summary>The options of everything that starts a session.</summary>
internal sealed class StartOptions
{
    private readonly Option<string?> output = new("--output", "-o") { Description = "Where the project goes; absent or empty (default: a new folder here, named after the description).", HelpName = "DIR" };
    private readonly Option<decimal?> budget = new("--budget") { Description = "The most that the session may cost, in USD (default: the workflow's own).", HelpName = "USD" };

    public Option<bool> Json { get; } = SessionShow.JsonOption();

    public void AddTo(Command command)
    {
        budget.Validators.Add(Positive);
        command.Options.Add(output);
        command.Options.Add(budget);
        command.Options.Add(Json);
    }

    /// <summary>The directory that was asked for, or a free one named after the text.</summary>
    public string Output(ParseResult parsed, string name) => parsed.GetValue(output) is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : OutputDirectory.Propose(Directory.GetCurrentDirectory(), name);

    public decimal? Budget(ParseResult parsed) => parsed.GetValue(budget);

    /// <summary>Refuses amounts that are not more than zero.</summary>
    public static void Positive(System.CommandLine.Parsing.OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => !decimal.TryParse(token.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) || usd <= 0))
        {
            result.AddError($"--budget wants an amount of USD such as 2.50, not `{token.Value}`");
        }
    }
}
