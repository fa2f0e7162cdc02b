using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Conclave.Engine.Budget;
using Conclave.Engine.Definition;

namespace Conclave.Agents.Catalog;

/// <summary>Reads a catalog's JSON, and goes on after a problem so that all of them are told at once.</summary>
internal sealed class CatalogReader(CatalogSource source, JsonPlaces places)
{
    private const string Code = "CONC720";

    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly string[] ModelKeys = ["provider", "model", "released", "context_tokens", "max_output_tokens", "efforts", "default_effort", "output_schema", "default_for", "cheaper", "prices"];
    private static readonly string[] RateKeys = ["input", "cached_input", "cache_write", "cache_write_1h", "output"];

    private readonly List<Problem> problems = [.. places.Repeated.Select(key => new Problem(Code, key.At, $"{key.Path}: the key is there more than once", "keep one"))];

    public static Checked<ModelCatalog> Read(string json, CatalogSource source, string file)
    {
        try
        {
            var reader = new CatalogReader(source, new JsonPlaces(json, file, Lenient));
            var models = reader.Models(JsonElement.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = Lenient.AllowTrailingCommas, CommentHandling = Lenient.CommentHandling }));
            return new Checked<ModelCatalog>(reader.problems.Count == 0 ? new ModelCatalog(models) : null, reader.problems);
        }
        catch (JsonException error)
        {
            return new Checked<ModelCatalog>(null, [new Problem(Code, JsonPlaces.Of(error, json, file), $"the text is not JSON: {Said(error)}")]);
        }
    }

    private ImmutableArray<CatalogModel> Models(JsonElement root)
    {
        if (!Keys(root, "", ["models"]))
        {
            return [];
        }

        List<(string At, CatalogModel Model)> models =
            [.. List(root, "models", "models").Select(item => (item.At, Model: Model(item.Value, item.At))).Where(pair => pair.Model is not null).Select(pair => (pair.At, pair.Model!))];
        foreach (var twice in models.GroupBy(pair => (pair.Model.Provider, pair.Model.Model)).SelectMany(group => group.Skip(1)))
        {
            Problem(twice.At, $"{twice.Model.Provider}'s {twice.Model.Model} is there already", "keep one");
        }

        return [.. models.Select(pair => pair.Model)];
    }

    private CatalogModel? Model(JsonElement item, string at)
    {
        if (!Keys(item, at, ModelKeys))
        {
            return null;
        }

        var provider = Text(item, "provider", at);
        if (provider.Length > 0 && !ProviderNames.All.Contains(provider))
        {
            Problem($"{at}.provider", $"there is no provider `{provider}`", NearMiss.Suggest(provider, ProviderNames.All));
        }

        var model = new CatalogModel(
            provider,
            Text(item, "model", at),
            Day(item, "released", at),
            Tokens(item, "context_tokens", at),
            Tokens(item, "max_output_tokens", at),
            [.. List(item, "efforts", $"{at}.efforts").Select(effort => Word(effort.Value, effort.At))],
            Prices(item, at))
        {
            OutputSchema = Flag(item, "output_schema", at) ?? true,
            DefaultFor = Optional(item, "default_for", at),
            DefaultEffort = Optional(item, "default_effort", at),
            Cheaper = Optional(item, "cheaper", at),
            Source = source,
        };
        if (model.DefaultEffort is { } effort && !model.Efforts.Contains(effort))
        {
            Problem($"{at}.default_effort", $"`{effort}` is not among its efforts", NearMiss.Suggest(effort, model.Efforts));
        }

        return model;
    }

    private ImmutableArray<DatedPrice> Prices(JsonElement item, string at)
    {
        ImmutableArray<DatedPrice> prices = [.. List(item, "prices", $"{at}.prices").Select(price => Price(price.Value, price.At)).OfType<DatedPrice>()];
        for (var i = 1; i < prices.Length; i++)
        {
            if (prices[i].From is null || prices[i].From <= prices[i - 1].From)
            {
                Problem($"{at}.prices[{i}].from", "a later price needs a later day than the one before it");
            }
        }

        return prices;
    }

    private DatedPrice? Price(JsonElement item, string at)
    {
        if (!Keys(item, at, ["from", .. RateKeys, "long_context"]))
        {
            return null;
        }

        var price = Rates(item, at);
        if (item.TryGetProperty("long_context", out var dear) && Keys(dear, $"{at}.long_context", ["over_input_tokens", .. RateKeys]))
        {
            price = price with { LongContext = new LongContextPrice(Tokens(dear, "over_input_tokens", $"{at}.long_context"), Rates(dear, $"{at}.long_context")) };
        }

        return new DatedPrice(Day(item, "from", at), price);
    }

    private ModelPrice Rates(JsonElement item, string at) => new(
        Usd(item, "input", at),
        Usd(item, "cached_input", at),
        Usd(item, "output", at),
        item.TryGetProperty("cache_write", out _) ? Usd(item, "cache_write", at) : null)
    {
        CacheWriteHour = item.TryGetProperty("cache_write_1h", out _) ? Usd(item, "cache_write_1h", at) : null,
    };

    private bool Keys(JsonElement item, string at, IReadOnlyCollection<string> known)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            Problem(at, $"must be an object with {string.Join(", ", known)}");
            return false;
        }

        foreach (var key in item.EnumerateObject().Select(property => property.Name).Where(name => !known.Contains(name)))
        {
            problems.Add(new Problem(Code, places.OfKey(at.Length == 0 ? key : $"{at}.{key}"), $"{Named(at)}: there is no key `{key}`", NearMiss.Suggest(key, known)));
        }

        return true;
    }

    private IEnumerable<(JsonElement Value, string At)> List(JsonElement item, string key, string at)
    {
        if (item.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array)
        {
            return list.EnumerateArray().Select((value, index) => (value, $"{at}[{index}]"));
        }

        Problem(at, "must be a list");
        return [];
    }

    private string Text(JsonElement item, string key, string at) => item.TryGetProperty(key, out var value) ? Word(value, $"{at}.{key}") : Missing<string>($"{at}.{key}", "a text") ?? "";

    private string? Optional(JsonElement item, string key, string at) => item.TryGetProperty(key, out var value) ? Word(value, $"{at}.{key}") : null;

    private bool? Flag(JsonElement item, string key, string at) => !item.TryGetProperty(key, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Missing<bool?>($"{at}.{key}", "true or false"),
    };

    private string Word(JsonElement value, string at) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : Missing<string>(at, "a text") ?? "";

    private int Tokens(JsonElement item, string key, string at) =>
        item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var tokens) && tokens > 0
            ? tokens
            : Missing<int>($"{at}.{key}", "a whole number of tokens above 0");

    private decimal Usd(JsonElement item, string key, string at) =>
        item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var usd) && usd >= 0
            ? usd
            : Missing<decimal>($"{at}.{key}", "a number of USD per million tokens, 0 or more");

    private DateOnly? Day(JsonElement item, string key, string at)
    {
        if (!item.TryGetProperty(key, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : Missing<DateOnly?>($"{at}.{key}", "a day such as \"2026-12-01\"");
    }

    private T? Missing<T>(string at, string wanted)
    {
        Problem(at, $"must be {wanted}");
        return default;
    }

    private void Problem(string at, string message, string? fix = null) => problems.Add(new Problem(Code, places.OfValue(at), $"{Named(at)}: {message}", fix));

    private static string Named(string at) => at.Length == 0 ? "the catalog" : at;

    // Without the place, which is told in our own form.
    private static string Said(JsonException error) => error.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
}
