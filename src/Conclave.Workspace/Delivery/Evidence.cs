using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Conclave.Workspace.Delivery;

/// <summary>The commands of a verification's evidence, for the report.</summary>
/// <param name="ExitCode">What it ended with; in words when it did not end by itself.</param>
internal sealed record Evidence(string Command, string ExitCode)
{
    /// <summary>
    /// Reads them out of the evidence's JSON: the objects of <c>commands</c> with <c>argv</c> (or <c>command</c>) and <c>exit_code</c>. What has
    /// another form is left out; the evidence itself stays in the journal.
    /// </summary>
    public static ImmutableArray<Evidence> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("commands", out var commands) && commands.ValueKind == JsonValueKind.Array
                ? [.. commands.EnumerateArray().Where(command => command.ValueKind == JsonValueKind.Object).Select(Of).OfType<Evidence>()]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static Evidence? Of(JsonElement command)
    {
        var argv = Member(command, "argv") ?? Member(command, "command");
        var text = argv switch
        {
            { ValueKind: JsonValueKind.String } line => line.GetString()!,
            { ValueKind: JsonValueKind.Array } words => string.Join(' ', words.EnumerateArray().Select(word => word.ToString())),
            _ => "",
        };
        return text.Length == 0 ? null : new Evidence(text, Ending(command));
    }

    private static string Ending(JsonElement command) => Member(command, "exit_code") switch
    {
        { ValueKind: JsonValueKind.Number } code => code.GetInt64().ToString(CultureInfo.InvariantCulture),
        _ => Member(command, "detail")?.ToString() ?? Member(command, "outcome")?.ToString() ?? "none",
    };

    private static JsonElement? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
