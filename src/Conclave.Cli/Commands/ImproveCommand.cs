using System.CommandLine;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave improve REPOSITORY "..."</c>: changes a project that is there, on a branch of its own.</summary>
internal static class ImproveCommand
{
    private const string Name = "improve";

    public static Command Create(CommandContext context)
    {
        var repository = new Argument<string>("repository") { Description = "The top folder of a git repository with at least one commit." };
        var description = new Argument<string>("description") { Description = "What to change, in your own words." };
        var branch = new Option<string?>("--branch") { Description = "The new branch for the result (default: conclave/SESSION).", HelpName = "NAME" };
        var workflow = new Option<string>("--workflow") { Description = "A built-in workflow or a file.", HelpName = "NAME|FILE", DefaultValueFactory = _ => Name };
        var inputs = InputOption.Create();
        var budget = new Option<decimal?>("--budget") { Description = "The most that the session may cost, in USD (default: the workflow's own).", HelpName = "USD" };
        var simulate = new Option<bool>("--simulate") { Description = "Let the simulator answer: no key, no network, no cost. The description then does not shape the result." };
        var scenario = new Option<string?>("--scenario") { Description = "Which scenario the simulator plays (implies --simulate).", HelpName = "NAME|FILE" };
        var json = SessionShow.JsonOption();
        var trust = TrustOption.Create();
        var gitHub = new GitHubOptions();
        budget.Validators.Add(StartOptions.Positive);
        var command = new Command(Name, "Change a project that is there: on a branch of its own, tested against what passed before. Your files stay as they are.")
        {
            repository, description, branch, workflow, inputs, budget, simulate, scenario, trust, json,
        };
        gitHub.AddTo(command, simulate, scenario);
        command.SetAction(async (parsed, cancel) =>
        {
            var (origin, refusal) = await RepositoryToImprove.Find(parsed.GetRequiredValue(repository), parsed.GetValue(branch), cancel);
            if (origin is null)
            {
                return await context.Refuse(refusal!);
            }

            await context.Error.WriteLineAsync($"conclave: it starts from the commit {origin.Commit[..12]}; what is not committed is neither seen nor touched");
            var named = parsed.GetValue(scenario) ?? (parsed.GetValue(simulate) ? Name : null);
            var wish = new NewSession(parsed.GetRequiredValue(description))
            {
                Workflow = parsed.GetValue(workflow)!,
                Inputs = InputOption.Values(parsed.GetValue(inputs)!).SetItems(gitHub.Inputs(parsed)),
                OutputDirectory = origin.Directory,
                Base = origin,
                BudgetUsd = parsed.GetValue(budget),
                Scenario = named is not null && File.Exists(named) ? Path.GetFullPath(named) : named,
                Trust = parsed.GetValue(trust),
                Unattended = Console.IsInputRedirected,
            };
            return await StartCommand.Run(context, parsed, wish, parsed.GetValue(json));
        });
        return command;
    }
}
