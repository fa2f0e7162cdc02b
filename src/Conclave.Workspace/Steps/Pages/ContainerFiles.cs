using System.Globalization;
using System.Text;
using System.Text.Json;
using Conclave.Engine.Council;

namespace Conclave.Workspace.Steps.Pages;

/// <summary>A <c>Dockerfile</c> and a <c>compose.yaml</c> for a project whose start can be seen from its files.</summary>
internal static class ContainerFiles
{
    /// <summary>Where the image is described.</summary>
    public const string Path = "Dockerfile";

    /// <summary>Where the services are.</summary>
    public const string ComposePath = "compose.yaml";

    /// <summary>The image; null when it is not known how the project starts.</summary>
    public static string? Image(Contract contract, ProjectCommands commands)
    {
        if (commands.Run is not { } run || Base(run.Stack) is not { } image)
        {
            return null;
        }

        var text = new StringBuilder($"FROM {image}\nWORKDIR /app\nCOPY . .\n");
        foreach (var install in commands.Install.Where(command => command.Stack == run.Stack && command.Directory.Length == 0))
        {
            text.Append($"RUN {install.Line}\n");
        }

        Ports(contract).ToList().ForEach(port => text.Append(CultureInfo.InvariantCulture, $"EXPOSE {port}\n"));
        return text.Append($"CMD {JsonSerializer.Serialize(run.Argv)}\n").ToString();
    }

    /// <summary>The services; null when there is no image.</summary>
    public static string? Compose(Contract contract, ProjectCommands commands)
    {
        if (Image(contract, commands) is null)
        {
            return null;
        }

        var text = new StringBuilder("services:\n  app:\n    build: .\n");
        if (Ports(contract).ToList() is { Count: > 0 } ports)
        {
            text.Append("    # Reached from outside only if the program listens on all addresses, not on 127.0.0.1 alone.\n    ports:\n");
            ports.ForEach(port => text.Append(CultureInfo.InvariantCulture, $"      - \"127.0.0.1:{port}:{port}\"\n"));
        }

        var variables = contract.Settings.Where(setting => setting.Kind == SettingKind.Variable && setting.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') && setting.Name.Length > 0).DistinctBy(setting => setting.Name).ToList();
        if (variables.Count > 0)
        {
            text.Append("    environment:\n");
            // Without a default it is a secret, which comes from whoever starts it.
            variables.ForEach(setting => text.Append(setting.Value.Length == 0 ? $"      {setting.Name}: ${{{setting.Name}:-}}\n" : $"      {setting.Name}: {JsonSerializer.Serialize(setting.Value.Replace("$", "$$", StringComparison.Ordinal))}\n"));
        }

        return text.ToString();
    }

    private static string? Base(StackName stack) => stack switch
    {
        StackName.Python => "python:3-slim",
        StackName.Node => "node:lts-slim",
        _ => null,
    };

    private static IEnumerable<int> Ports(Contract contract) => contract.Settings
        .Where(setting => setting.Kind == SettingKind.Port)
        .Select(setting => int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0)
        .Where(port => port is > 0 and < 65536)
        .Distinct();
}
