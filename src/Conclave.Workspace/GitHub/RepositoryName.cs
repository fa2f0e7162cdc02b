using System.Text.RegularExpressions;

namespace Conclave.Workspace.GitHub;

/// <summary>A repository as users name it: <c>owner/name</c>.</summary>
public sealed partial record RepositoryName
{
    private RepositoryName(string owner, string name) => (Owner, Name) = (owner, name);

    /// <summary>A user or an organisation.</summary>
    public string Owner { get; }

    /// <summary>Its name there.</summary>
    public string Name { get; }

    /// <summary>Reads <c>owner/name</c>; null when it is none that GitHub could have. Nothing that passes can leave its place in an address.</summary>
    public static RepositoryName? Parse(string text) => Form().Match(text) is { Success: true } match && match.Groups["name"].Value is var name
        && name is not ("." or "..") && !name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".wiki", StringComparison.OrdinalIgnoreCase)
        ? new RepositoryName(match.Groups["owner"].Value, name)
        : null;

    /// <inheritdoc />
    public override string ToString() => $"{Owner}/{Name}";

    [GeneratedRegex(@"\A(?<owner>[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}))/(?<name>[A-Za-z0-9._-]{1,100})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
