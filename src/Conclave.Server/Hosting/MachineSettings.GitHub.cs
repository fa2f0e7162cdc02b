using Conclave.Engine.Definition;
using Conclave.Workspace.GitHub;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    /// <summary>How GitHub is reached; without a token.</summary>
    public GitHubSettings GitHub { get; init; } = GitHubSettings.Default;

    private static GitHubSettings ReadGitHub(MappingReader top, List<Problem> problems)
    {
        if (top.Map("github", "`github`") is not { } reader)
        {
            return GitHubSettings.Default;
        }

        var url = reader.RequiredText("api_url");
        var insecure = reader.Flag("allow_insecure_loopback") ?? false;
        reader.RefuseUnknown();
        if (!Uri.TryCreate(url.Value, UriKind.Absolute, out var address))
        {
            problems.Add(new Problem("CONC006", url.At, $"`api_url` can't be `{url.Value}`", "write an address such as https://api.github.com"));
            return GitHubSettings.Default;
        }

        var settings = new GitHubSettings(address) { AllowInsecureLoopback = insecure };
        if (settings.Problem() is { } wrong)
        {
            problems.Add(new Problem("CONC657", url.At, wrong, null));
        }

        return settings;
    }
}
