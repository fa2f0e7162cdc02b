using System.Collections.Immutable;
using System.Globalization;
using Conclave.Agents;
using Conclave.Engine.Definition;
using YamlDotNet.RepresentationModel;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    private const int MostTokens = 100_000_000;

    /// <summary>What models cost at most, in place of what the catalog says; above all for models that it does not know.</summary>
    public ImmutableArray<CeilingPrice> Prices { get; init; } = [];

    private static ImmutableArray<CeilingPrice> ReadPrices(MappingReader top, string file, ImmutableHashSet<string> providers, List<Problem> problems) =>
        [.. (top.Map("models", "`models`")?.Entries() ?? []).Select(entry => ReadPrice(entry.Key, entry.Value, file, providers, problems)).OfType<CeilingPrice>()];

    private static CeilingPrice? ReadPrice(Sourced<string> name, YamlNode node, string file, ImmutableHashSet<string> providers, List<Problem> problems)
    {
        if (name.Value.Split('/', 2) is not [var provider, { Length: > 0 } model])
        {
            problems.Add(new Problem("CONC006", name.At, $"`models` can't have `{name.Value}`", "write PROVIDER/MODEL, such as openai/gpt-6-luna"));
            return null;
        }

        if (!providers.Contains(provider))
        {
            problems.Add(new Problem("CONC020", name.At, $"there is no provider `{provider}`", NearMiss.Suggest(provider, providers)));
            return null;
        }

        if (node is not YamlMappingNode map)
        {
            problems.Add(new Problem("CONC006", name.At, $"model `{name.Value}` must be a map", "write input_usd_per_million and output_usd_per_million below it"));
            return null;
        }

        var reader = new MappingReader(map, file, $"model `{name.Value}`", problems);
        var price = new CeilingPrice(
            provider,
            model,
            Usd(reader, "input_usd_per_million"),
            Usd(reader, "output_usd_per_million"),
            reader.Count("context_tokens", 1, MostTokens),
            reader.Count("max_output_tokens", 1, MostTokens));
        reader.RefuseUnknown();
        return price;
    }

    // Nothing is a price too: models on one's own machine cost 0.
    private static decimal Usd(MappingReader reader, string key)
    {
        reader.Require(key);
        return reader.Parse<decimal>(key, "an amount of USD such as 2.50, or 0", text =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) ? usd : null) ?? 0m;
    }
}
