using Conclave.Agents.Keys;
using Conclave.Cli.Terminal;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;

namespace Conclave.Cli.Commands.Keys;

/// <summary>What is said after <c>keys.json</c> was changed.</summary>
internal static class KeyChange
{
    public static async Task Tell(CommandContext context, KeyFileWriting written, string done, string provider)
    {
        await context.Error.WriteLineAsync($"conclave: {SafeText.Line(done)}");
        if (written.Warning is { } warning)
        {
            await context.Error.WriteLineAsync($"conclave: {SafeText.Line(warning)}");
        }

        if (provider == KeyRing.GitHubName && context.Environment.GitHubToken is not null)
        {
            await context.Error.WriteLineAsync("conclave: GITHUB_TOKEN or GH_TOKEN is set and goes before the file");
        }

        if (context.Environment.Keys.ContainsKey(provider))
        {
            await context.Error.WriteLineAsync($"conclave: {HostEnvironment.VariablesOf(provider)} is set and goes before the file");
        }
    }
}
