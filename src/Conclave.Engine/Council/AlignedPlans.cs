using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>Two plans side by side, in an order that does not depend on who was given first.</summary>
/// <param name="Requirements">What both plan for; null when the workflow has none.</param>
internal sealed record AlignedPlans(AuthoredPlan First, AuthoredPlan Second, Requirements? Requirements)
{
    public static AlignedPlans Of(AuthoredPlan one, AuthoredPlan other, Requirements? requirements) =>
        string.CompareOrdinal(one.Author.Value, other.Author.Value) <= 0 ? new(one, other, requirements) : new(other, one, requirements);

    public ImmutableArray<AuthoredPlan> Both => [First, Second];

    /// <summary>Each plan with the other one.</summary>
    public IEnumerable<(AuthoredPlan Plan, AuthoredPlan Other)> Pairs => [(First, Second), (Second, First)];
}

/// <summary>A plan and who wrote it.</summary>
internal sealed record AuthoredPlan(AgentId Author, Plan Plan)
{
    public IEnumerable<Endpoint> Serves => Plan.Endpoints.Where(endpoint => endpoint.Side == EndpointSide.Serves);

    public IEnumerable<Endpoint> Calls => Plan.Endpoints.Where(endpoint => endpoint.Side == EndpointSide.Calls);
}

/// <summary>Names and routes in a form in which the same thing looks the same.</summary>
internal static partial class PlanNames
{
    /// <summary><c>GET /users/{}</c> for <c>get /users/:id/</c>, <c>/users/&lt;int:id&gt;</c> and <c>/users/{id}?x=1</c>.</summary>
    public static string Route(Endpoint endpoint)
    {
        var path = endpoint.Path.Split('?', '#')[0].Trim().TrimEnd('/');
        return $"{endpoint.Method.Trim().ToUpperInvariant()} {Parameter().Replace(path.Length == 0 ? "/" : path, "{}")}";
    }

    /// <summary>A file's path from the project's root: <c>web/app.js</c> for <c>./web\app.js</c>.</summary>
    public static string Path(string path) => string.Join('/', path.Trim().Split('/', '\\').Where(part => part is not ("" or ".")));

    /// <summary>The words of a text, in lower case.</summary>
    public static ImmutableSortedSet<string> Words(string text) =>
        [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    /// <summary>The letters and digits of a name, in lower case: <c>short_code</c>, <c>shortCode</c> and <c>Short-Code</c> are one.</summary>
    public static string Name(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Part of a stable id.</summary>
    public static string Slug(string text) => NotSlug().Replace(text.ToLowerInvariant(), "-").Trim('-');

    /// <summary>A text of bounded length, so that no option wins by being longer.</summary>
    public static string Short(string text, int length = 300)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }

    [GeneratedRegex(@"\{[^/}]*\}|<[^/>]*>|:[A-Za-z_][A-Za-z0-9_]*", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex("[a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex("[^a-z0-9{}/]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotSlug();
}
