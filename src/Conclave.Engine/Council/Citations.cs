using System.Collections.Immutable;
using System.Globalization;

namespace Conclave.Engine.Council;

/// <summary>What a ballot may cite: the requirements and the pieces of evidence, by their ids.</summary>
internal sealed class Citations(Conflict conflict, Requirements? requirements)
{
    private readonly ImmutableArray<string> known =
    [
        .. requirements?.Items.Select(item => item.Id) ?? [],
        .. conflict.Evidence.Select((_, index) => Id(index)),
    ];

    /// <summary>The evidence as voters read it.</summary>
    public string Listed => string.Join('\n', conflict.Evidence.Select((line, index) => $"- {Id(index)}: {line}"));

    /// <summary>The ballot with its citations as ids, each once; or what is wrong with it, in words for the voter.</summary>
    public (BallotAnswer? Answer, string? Problem) Check(BallotAnswer answer)
    {
        if (answer.Choice is not ("A" or "B" or "abstain"))
        {
            return (null, $"`choice` must be `A`, `B` or `abstain`, not `{answer.Choice}`.");
        }

        var cited = answer.Evidence.Select(text => (Text: text, Id: Find(text))).ToList();
        if (cited.Find(citation => citation.Id is null) is { Text: { } unknown })
        {
            return (null, $"`evidence` names `{PlanNames.Short(unknown, 60)}`, which does not exist; name only {string.Join(", ", known)}.");
        }

        ImmutableArray<string> ids = [.. cited.Select(citation => citation.Id!).Distinct(StringComparer.Ordinal)];
        if (answer.Choice == "abstain")
        {
            return (answer with { Evidence = ids, Veto = false }, null);
        }

        if (ids.IsEmpty)
        {
            return (null, $"a choice needs evidence; name at least one of {string.Join(", ", known)}, or abstain.");
        }

        return answer.Veto && requirements is not null && !ids.Any(id => requirements.Items.Any(item => item.Id == id))
            ? (null, "a veto must name the requirement that the other option breaks.")
            : (answer with { Evidence = ids }, null);
    }

    // `R3`, `[R3]`, `R3: visits by day`.
    private string? Find(string text)
    {
        var clean = text.Trim().TrimStart('[', '`', '(', '"');
        return known.OrderByDescending(id => id.Length).FirstOrDefault(id => clean.StartsWith(id, StringComparison.OrdinalIgnoreCase) && (clean.Length == id.Length || !char.IsLetterOrDigit(clean[id.Length])));
    }

    private static string Id(int index) => string.Create(CultureInfo.InvariantCulture, $"E{index + 1}");
}
