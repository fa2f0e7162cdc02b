using System.Collections.Immutable;
using Conclave.Agents.Catalog;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents;

/// <summary>What is known about models: limits, prices and what they accept. It is data; a user's file can extend it. Immutable.</summary>
public sealed class ModelCatalog
{
    private readonly ImmutableDictionary<(string Provider, string Model), CatalogModel> byName;

    internal ModelCatalog(ImmutableArray<CatalogModel> models)
    {
        Models = models;
        byName = models.ToImmutableDictionary(model => (model.Provider, model.Model));
    }

    /// <summary>The models that come with this version.</summary>
    public static ModelCatalog BuiltIn { get; } = ReadEmbedded();

    /// <summary>All models in the order in which they were written down.</summary>
    public ImmutableArray<CatalogModel> Models { get; }

    /// <summary>
    /// Reads a catalog: <c>{"models": [{"provider", "model", "released"?, "context_tokens", "max_output_tokens", "efforts", "default_effort"?, "output_schema"?,
    /// "default_for"?, "cheaper"?, "prices": [{"from"?, "input", "cached_input", "cache_write"?, "cache_write_1h"?, "output", "long_context"?: {"over_input_tokens",
    /// ...}}]}]}</c>. Prices are USD per million tokens.
    /// </summary>
    /// <param name="file">The name of the file, for the places of problems.</param>
    public static Checked<ModelCatalog> Read(string json, CatalogSource source = CatalogSource.ModelsFile, string file = "models.json") => CatalogReader.Read(json, source, file);

    /// <summary>This catalog and more; what <paramref name="more"/> says about a model replaces what this one says.</summary>
    public ModelCatalog With(ModelCatalog more) =>
        new([.. Models.Where(model => !more.byName.ContainsKey((model.Provider, model.Model))), .. more.Models]);

    /// <summary>
    /// This catalog with the user's own prices. They hold at all times, in place of the catalog's; what else is known about a model stays.
    /// </summary>
    public ModelCatalog With(IEnumerable<CeilingPrice> prices) => With(new ModelCatalog([.. prices.Select(price => price.For(Find(price.Provider, price.Model)))]));

    /// <summary>A model; null when it is not in the catalog.</summary>
    public CatalogModel? Find(string provider, string model) => byName.GetValueOrDefault((provider, model));

    /// <summary>What the Engine needs to know about a model, with its price at a time; null when the model is not in the catalog.</summary>
    public ModelProfile? Profile(string provider, string model, DateTimeOffset at) => Find(provider, model) is { } known
        ? new ModelProfile(known.ContextTokens, known.MaxOutputTokens, known.PriceAt(at), known.OutputSchema)
        : null;

    private static ModelCatalog ReadEmbedded()
    {
        using var stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream("models.json")!;
        using var reader = new StreamReader(stream);
        var reading = Read(reader.ReadToEnd(), CatalogSource.BuiltIn);
        return reading.Value ?? throw new InvalidOperationException(string.Join(Environment.NewLine, reading.Problems));
    }
}
