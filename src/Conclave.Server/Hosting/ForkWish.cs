using System.Collections.Immutable;

namespace Conclave.Server.Hosting;

/// <summary>What the user wants of a session that branches off from another.</summary>
/// <param name="From">The first phase that runs anew.</param>
public sealed record ForkWish(string From)
{
    /// <summary>Inputs with other values, and <c>budget</c>.</summary>
    public ImmutableSortedDictionary<string, string> Set { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where the result goes, absolute; absent or empty. Null for a free directory named after the description, in <see cref="Folder"/>.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>Where a directory is made when none is given.</summary>
    public required string Folder { get; init; }
}
