using System.CommandLine;
using Conclave.Workspace.GitHub;

namespace Conclave.Cli.Commands;

/// <summary>The options that have a verified result published. They are nothing but inputs of the workflow.</summary>
internal sealed class GitHubOptions
{
    private readonly Option<string?> repository = new("--github") { Description = "Publish the result there, if it is verified (needs `conclave keys set github` or GITHUB_TOKEN).", HelpName = "OWNER/NAME" };
    private readonly Option<bool> dryRun = new("--github-dry-run") { Description = "Only say what would be done on GitHub; nothing is sent." };

    /// <param name="simulations">The options that let the simulator answer. What it plays goes nowhere: it was not made from the description.</param>
    public void AddTo(Command command, params Option[] simulations)
    {
        repository.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => RepositoryName.Parse(token.Value) is null))
            {
                result.AddError($"--github wants OWNER/NAME, not `{token.Value}`");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(repository) is null)
            {
                result.AddError("--github-dry-run says what --github OWNER/NAME would do; give that too");
            }

            if (simulations.Any(option => result.GetResult(option) is { Implicit: false }) && result.GetValue(repository) is not null && !result.GetValue(dryRun))
            {
                result.AddError("a simulated session sends nothing, so --github has nothing to publish; add --github-dry-run to see what it would do");
            }
        });
        command.Options.Add(repository);
        command.Options.Add(dryRun);
    }

    /// <summary>The inputs that were given.</summary>
    public IEnumerable<KeyValuePair<string, string>> Inputs(ParseResult parsed)
    {
        if (parsed.GetValue(repository) is { } name)
        {
            yield return new("github", name);
        }

        if (parsed.GetValue(dryRun))
        {
            yield return new("github_dry_run", "true");
        }
    }
}
