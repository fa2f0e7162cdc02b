using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Conclave.Engine.Execution;

namespace Conclave.Workspace.GitHub;

/// <summary>What a publishing phase wants, by its <c>with</c> and the session's inputs.</summary>
/// <param name="Tag">The release's tag; null for no release.</param>
/// <param name="IsDryRun">Whether to say only what would be done.</param>
/// <param name="AsksHeldBack">Whether a person is asked about files that are held back; else they are left out.</param>
/// <param name="AllowsUnverified">Whether a result that is not verified may be published.</param>
internal sealed partial record PublishWish(RepositoryName Repository, bool IsPrivate, string? Tag, bool IsDryRun, bool AsksHeldBack, bool AllowsUnverified)
{
    private const string FirstTag = "v0.1.0";

    /// <summary>Reads it.</summary>
    /// <exception cref="StepFailedException">Something is not possible.</exception>
    public static PublishWish Read(StepContext context)
    {
        string? Given(string key) => context.With(key)?.ToString() is { Length: > 0 } text ? text : null;
        var name = Given("repository") ?? Input(context, "github") ?? "";
        if (RepositoryName.Parse(name) is not { } repository)
        {
            throw new StepFailedException("CONC655", $"`{name}` is no repository on GitHub; write owner/name");
        }

        var tag = Given("release") ?? FirstTag;
        return tag == "none" || TagName().IsMatch(tag)
            ? new PublishWish(
                repository,
                Choice(Given("visibility"), "visibility", "private", "public") == "private",
                tag == "none" ? null : tag,
                Choice(Given("dry_run"), "dry_run", "false", "true") == "true",
                Choice(Given("held_back"), "held_back", "leave", "ask") == "ask",
                Choice(Given("allow_unverified"), "allow_unverified", "false", "true") == "true")
            : throw new StepFailedException("CONC655", $"`{tag}` is no name for a release's tag; write one such as v1.0.0, or none");
    }

    private static string Choice(string? given, string key, params string[] choices) => given is null
        ? choices[0]
        : choices.FirstOrDefault(choice => choice == given) ?? throw new StepFailedException("CONC655", $"`{key}: {given}` of the publishing phase is none of {string.Join(", ", choices)}");

    private static string? Input(StepContext context, string name) =>
        JsonNode.Parse(context.State.Created.Inputs.GetRawText()) is JsonObject inputs && inputs[name] is JsonValue value && value.ToString() is { Length: > 0 } text ? text : null;

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9._-]{0,60}[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex TagName();
}
