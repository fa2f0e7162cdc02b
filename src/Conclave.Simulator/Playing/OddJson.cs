using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;

namespace Conclave.Simulator.Playing;

/// <summary>Changes of an answer's JSON that any vendor's form can suffer.</summary>
internal static class OddJson
{
    private static readonly FrozenSet<string> Enumerations = FrozenSet.Create(
        StringComparer.Ordinal, "finish_reason", "finishReason", "stop_reason", "service_tier", "category", "probability", "modality");

    // What the user or the model wrote, where a new key would be another value.
    private static readonly FrozenSet<string> Foreign = FrozenSet.Create(StringComparer.Ordinal, "input", "args", "tools", "metadata", "text", "format", "tool_choice");

    /// <summary>Changes a document, or the data of an event, in place.</summary>
    public static void Change(JsonObject? json, ImmutableArray<Oddity> what)
    {
        if (json is null)
        {
            return;
        }

        foreach (var (key, value) in json.ToArray())
        {
            switch (value)
            {
                case JsonObject usage when key is "usage" or "usageMetadata":
                    ChangeUsage(json, key, usage, what);
                    break;
                case JsonValue named when Enumerations.Contains(key) && named.GetValueKind() is JsonValueKind.String:
                    json[key] = what.Contains(Oddity.IntegerEnums) ? 7 : what.Contains(Oddity.UnknownEnums) ? "hologram" : named.DeepClone();
                    break;
                case JsonObject child when !Foreign.Contains(key):
                    Change(child, what);
                    break;
                case JsonArray list when !Foreign.Contains(key):
                    foreach (var item in list.OfType<JsonObject>())
                    {
                        Change(item, what);
                    }

                    break;
                default:
                    break;
            }
        }

        if (what.Contains(Oddity.UnknownFields))
        {
            json["hologram"] = new JsonObject { ["light"] = new JsonArray(1, null, "two") };
        }
    }

    /// <summary>A copy whose innermost text is not there.</summary>
    public static JsonObject WithoutText(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        Strip(copy);
        return copy;
    }

    /// <summary>Adds a part or block without text beside the first one.</summary>
    public static void AddTextless(JsonNode? node)
    {
        if (node is JsonObject json)
        {
            foreach (var (key, value) in json.ToArray())
            {
                if (key is "content" or "parts" && value is JsonArray { Count: > 0 } list && list[0] is JsonObject first && first.ContainsKey("text"))
                {
                    list.Insert(0, WithoutText(first));
                }
                else
                {
                    AddTextless(value);
                }
            }
        }
        else if (node is JsonArray array)
        {
            foreach (var item in array.ToArray())
            {
                AddTextless(item);
            }
        }
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Strip(item);
            }
        }

        if (node is JsonObject json)
        {
            foreach (var (key, value) in json.ToArray())
            {
                if (key is "text" or "content" or "delta" && value is JsonValue)
                {
                    json.Remove(key);
                }
                else
                {
                    Strip(value);
                }
            }
        }
    }

    private static void ChangeUsage(JsonObject owner, string key, JsonObject usage, ImmutableArray<Oddity> what)
    {
        if (what.Contains(Oddity.NoUsage))
        {
            owner.Remove(key);
        }
        else if (what.Contains(Oddity.NegativeUsage) || what.Contains(Oddity.HugeUsage))
        {
            SetNumbers(usage, what.Contains(Oddity.NegativeUsage) ? -5 : 9_007_199_254_740_993);
        }
    }

    private static void SetNumbers(JsonObject json, long number)
    {
        foreach (var (key, value) in json.ToArray())
        {
            if (value is JsonObject child)
            {
                SetNumbers(child, number);
            }
            else if (value?.GetValueKind() is JsonValueKind.Number)
            {
                json[key] = number;
            }
        }
    }
}
