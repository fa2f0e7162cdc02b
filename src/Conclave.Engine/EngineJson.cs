using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Conclave.Engine.Council;

namespace Conclave.Engine;

/// <summary>How everything of ours looks in JSON: snake_case, enums as snake_case texts.</summary>
public static class EngineJson
{
    /// <summary>The options of the journal, of events and of typed answers.</summary>
    public static JsonSerializerOptions Options { get; } = Create(writeIndented: false);

    /// <summary>The same, for people to read.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(writeIndented: true);

    private static JsonSerializerOptions Create(bool writeIndented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // Not for HTML: every reader of ours escapes for its own medium, and prompts stay legible.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            WriteIndented = writeIndented,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { EmptyWhereMissing } },
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    // Plans and contracts of older sessions lack the lists that came later; they are empty then, so that such a session can be read and forked.
    private static void EmptyWhereMissing(JsonTypeInfo type)
    {
        var lists = type.Type is { IsClass: true } of && of.Namespace == typeof(Contract).Namespace && type.Kind == JsonTypeInfoKind.Object
            ? type.Properties.Where(property => property.Set is not null && property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(ImmutableArray<>)).ToList()
            : [];
        if (lists.Count > 0)
        {
            type.OnDeserialized = item => lists.ForEach(list =>
            {
                if (list.Get!(item)!.Equals(Activator.CreateInstance(list.PropertyType)))
                {
                    list.Set!(item, list.PropertyType.GetField(nameof(ImmutableArray<int>.Empty))!.GetValue(null));
                }
            });
        }
    }
}
