using System.Globalization;
using System.Text.Json;
using Conclave.Agents;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Budget;

namespace Conclave.Cli.Models;

/// <summary>One model for people, on lines of 80 columns at most, and as JSON.</summary>
internal static class ModelText
{
    private const int Width = 80;

    public static string Of(CatalogModel model, DateTimeOffset now) => string.Join('\n', Lines(model, now).Select((line, index) => SafeText.Cut(index == 0 ? line : $"  {line}", Width)));

    public static string Json(CatalogModel model, DateTimeOffset now) => JsonSerializer.Serialize(
        new
        {
            model.Provider,
            model.Model,
            model.Released,
            model.ContextTokens,
            model.MaxOutputTokens,
            Price = model.PriceAt(now),
            NextPrice = model.PriceAfter(now),
            Parameters = new { model.Efforts, model.DefaultEffort, model.OutputSchema },
            model.DefaultFor,
            model.Cheaper,
            model.Source,
        },
        EngineJson.Options);

    private static IEnumerable<string> Lines(CatalogModel model, DateTimeOffset now)
    {
        yield return $"{model.Provider} {SafeText.Line(model.Model, 50)}{(model.DefaultFor is { } role ? $"  (plays {SafeText.Line(role, 20)})" : "")}";
        yield return $"{Tokens(model.ContextTokens)} context, {Tokens(model.MaxOutputTokens)} answer; {Parameters(model)}";
        foreach (var line in model.PriceAt(now) is { } price ? Prices(price) : ["no price: set a ceiling in config.yaml to use it"])
        {
            yield return line;
        }

        if (model.PriceAfter(now) is { } next)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"from {next.From:yyyy-MM-dd}: {Rates(next.Price)}");
        }

        yield return string.Join("; ", new[]
        {
            model.Source switch { CatalogSource.BuiltIn => "built in", CatalogSource.ModelsFile => "from models.json", _ => "price from config.yaml" },
            model.Released is { } day ? string.Create(CultureInfo.InvariantCulture, $"released {day:yyyy-MM-dd}") : null,
            model.Cheaper is { } cheaper ? $"cheaper: {SafeText.Line(cheaper, 40)}" : null,
        }.OfType<string>());
    }

    private static IEnumerable<string> Prices(ModelPrice price)
    {
        yield return $"{Rates(price)} per million tokens";
        if (price.CacheWrite is { } write)
        {
            yield return $"cache write {Usd(write)}{(price.CacheWriteHour is { } hour ? $", for an hour {Usd(hour)}" : "")}";
        }

        if (price.LongContext is { } dear)
        {
            yield return $"over {Tokens(dear.OverInputTokens)} in, all of it: {Rates(dear.Price)}";
        }
    }

    private static string Parameters(CatalogModel model)
    {
        var efforts = model.Efforts.IsEmpty ? "no effort" : $"effort {string.Join('|', model.Efforts.Select(effort => SafeText.Line(effort, 10)))}";
        return $"{efforts}{(model.OutputSchema ? ", schema" : "")}";
    }

    private static string Rates(ModelPrice price) => $"{Usd(price.Input)} in, {Usd(price.CachedInput)} cached, {Usd(price.Output)} out";

    private static string Usd(decimal usd) => string.Create(CultureInfo.InvariantCulture, $"${usd:0.00##}");

    // Round numbers as everybody says them: 128K, 1.05M.
    private static string Tokens(long tokens) => tokens switch
    {
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{tokens / 1_000_000m:0.##}M"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{tokens / 1_000m:0.#}K"),
        _ => tokens.ToString(CultureInfo.InvariantCulture),
    };
}
