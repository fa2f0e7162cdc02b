using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Conclave.Engine.Council;

/// <summary>Names, paths and routes in a form in which the same thing looks the same.</summary>
internal static partial class PlanNames
{
    private static readonly ImmutableHashSet<string> OwnHosts = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];

    /// <summary>
    /// <c>GET /users/{}</c> for <c>get /users/:id/</c>, <c>/users/&lt;int:id&gt;</c>, <c>/users/[id]</c> and <c>http://localhost:8000/users/{id}?x=1</c>.
    /// </summary>
    public static string Route(Endpoint endpoint)
    {
        var (host, path) = Split(endpoint.Path);
        var parts = path.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var elsewhere = host is null || OwnHosts.Contains(host) ? "" : $"//{host}";
        return $"{endpoint.Method.Trim().ToUpperInvariant()} {elsewhere}/{string.Join('/', parts.Select(Segment))}";
    }

    /// <summary>Whether it is an endpoint of somebody else's server.</summary>
    public static bool IsElsewhere(Endpoint endpoint) => Split(endpoint.Path).Host is { } host && !OwnHosts.Contains(host);

    /// <summary>A file's path from the project's root: <c>web/app.js</c> for <c>./web\app.js</c>.</summary>
    public static string Path(string path) => string.Join('/', path.Trim().Split('/', '\\').Where(part => part is not ("" or ".")));

    /// <summary>The letters and digits of a name, in lower case: <c>short_code</c>, <c>shortCode</c> and <c>Short-Code</c> are one.</summary>
    public static string Name(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>The same in the singular, so that <c>Visits</c> and <c>visit</c> are one.</summary>
    public static string Thing(string name) => Singular(Name(name));

    /// <summary>An English word in the singular, as far as the usual endings go; other words stay.</summary>
    public static string Singular(string word) => word switch
    {
        { Length: > 4 } when word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        { Length: > 4 } when HissingPlural().IsMatch(word) => word[..^2],
        { Length: > 3 } when word.EndsWith('s') && word[^2] is not ('s' or 'u' or 'i') => word[..^1],
        _ => word,
    };

    /// <summary>Part of a stable id.</summary>
    public static string Slug(string text) => NotSlug().Replace(text.ToLowerInvariant(), "-").Trim('-');

    /// <summary>A text on one line, of bounded length.</summary>
    public static string Short(string text, int length = 300)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)].TrimEnd() + "…";
    }

    private static (string? Host, string Path) Split(string address)
    {
        var text = address.Trim();
        if (Address().Match(text) is not { Success: true } whole)
        {
            return (null, text);
        }

        var host = whole.Groups["host"].Value.ToLowerInvariant();
        return (host, text[whole.Length..]);
    }

    private static string Segment(string segment) => segment.StartsWith(':') || (segment.StartsWith('[') && segment.EndsWith(']'))
        ? "{}"
        : Parameter().Replace(segment, "{}");

    [GeneratedRegex(@"^https?://(?<host>\[[^\]]*\]|[^/:]*)(:[0-9]+)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\$?\{[^/}]*\}|<[^/>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex("(ss|sh|ch|x|z)es$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex HissingPlural();

    [GeneratedRegex("[^a-z0-9{}/]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotSlug();
}
