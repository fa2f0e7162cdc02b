using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Simulator.Wire;

/// <summary>Collects the texts of a request.</summary>
internal sealed partial class PromptText
{
    private readonly StringBuilder all = new();

    /// <summary>Everything so far.</summary>
    public string Text => all.ToString();

    /// <summary>The first task that the user named.</summary>
    public string? Task { get; private set; }

    public void Add(string text, bool fromUser)
    {
        if (all.Length > 0)
        {
            all.Append('\n');
        }

        all.Append(text);
        if (fromUser && Task is null && TaskTag().Match(text) is { Success: true } tag)
        {
            Task = tag.Groups["name"].Value;
        }
    }

    // <task name="plan">
    [GeneratedRegex("""<task\s+name="(?<name>[^"<>]+)"[^<>]*>""", RegexOptions.NonBacktracking)]
    private static partial Regex TaskTag();
}
