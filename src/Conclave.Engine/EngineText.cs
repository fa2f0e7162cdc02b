using System.Text.Json;

namespace Conclave.Engine;

/// <summary>How enum values are written for people and in expressions.</summary>
public static class EngineText
{
    /// <summary>The value as it stands in JSON: <c>in_doubt</c>.</summary>
    public static string Snake<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
