using System.Collections.Immutable;

namespace Conclave.Agents.Wire;

/// <summary>A reply's headers, in one shape whichever SDK was in between. Names are compared without case.</summary>
internal sealed class ReplyHeaders
{
    private static readonly string[] RequestIdNames = ["x-request-id", "request-id"];

    private readonly ImmutableDictionary<string, string> values;

    public ReplyHeaders(HttpResponseMessage response)
        : this(response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())))
    {
    }

    public ReplyHeaders(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var builder = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            builder[name] = value.Trim();
        }

        values = builder.ToImmutable();
    }

    /// <summary>All of them.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => values;

    /// <summary>The vendor's name of the request.</summary>
    public string? RequestId => RequestIdNames.Select(Find).FirstOrDefault(id => id is { Length: > 0 });

    /// <summary>What kind of body it is, such as <c>text/event-stream</c>; null when the vendor does not say.</summary>
    public string? MediaType => Find("content-type")?.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>A header; null when it did not come.</summary>
    public string? Find(string name) => values.GetValueOrDefault(name);
}
