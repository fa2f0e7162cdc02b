using Conclave.Engine.Journal;

namespace Conclave.Workspace.Git;

/// <summary>Who a commit names as its author or committer. The addresses are of the reserved domain <c>.invalid</c> and reach nobody.</summary>
internal sealed record Signature(string Name, string Email)
{
    private const string Domain = "conclave.invalid";

    /// <summary>Conclave itself, which commits everything.</summary>
    public static Signature Conclave { get; } = new("Conclave", $"conclave@{Domain}");

    /// <summary>The agent that wrote a file: <c>backend (claude-opus-5-5) &lt;backend@conclave.invalid&gt;</c>.</summary>
    public static Signature Of(FileChange file)
    {
        if (file.Agent is not { } agent)
        {
            return Conclave;
        }

        var name = Clean(agent.Value) is { Length: > 0 } clean ? clean : "agent";
        var address = string.Concat(name.ToLowerInvariant().Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'));
        return new Signature(file.Model is { } model ? $"{name} ({Clean(model)})" : name, $"{(address.Length > 0 ? address : "agent")}@{Domain}");
    }

    /// <inheritdoc />
    public override string ToString() => $"{Name} <{Email}>";

    // git drops these itself, and would refuse a name of nothing else.
    private static string Clean(string text) => OneLine.Of(text.Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal), 80).Trim('.', ',', ':', ';', '"', '\'', '\\', ' ');
}
