using System.Text.Json;

namespace Conclave.Workspace.Delivery;

/// <summary>What the evidence says of the acceptance tests, for the report.</summary>
/// <param name="Found">Those that stand in the source; null where that can't be seen.</param>
internal sealed record AcceptanceEvidence(int? Found, int Run, int Passed)
{
    /// <summary>One sentence for people.</summary>
    public string Sentence => Found is { } found
        ? $"Acceptance tests: {found} stand in the source, {Run} ran, {Passed} passed."
        : $"Acceptance tests: {Run} ran, {Passed} passed; how many stand in the source was not counted.";

    /// <summary>Reads them out of the evidence's JSON; null when it has none.</summary>
    public static AcceptanceEvidence? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var evidence = document.RootElement;
            return evidence.ValueKind == JsonValueKind.Object && evidence.TryGetProperty("acceptance_tests", out var counts)
                && Number(counts, "run") is { } run && Number(counts, "passed") is { } passed
                && Number(evidence, "acceptance_tests_found") is var found && (found ?? run) > 0
                ? new AcceptanceEvidence(found, run, passed)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
