using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conclave.Workspace.GitHub;

/// <summary>The user's token for GitHub. Whatever writes it (a log, a debugger, JSON, an interpolated text) gets <c>***</c>; only this assembly can read it.</summary>
[JsonConverter(typeof(AccessTokenConverter))]
[DebuggerDisplay("***")]
public sealed class AccessToken
{
    private const string Mask = "***";

    private readonly string value;

    /// <summary>Holds a token as it was given.</summary>
    public AccessToken(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        this.value = value;
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Mask;

    /// <summary>The token itself.</summary>
    internal string Reveal() => value;

    /// <summary>Whether it can stand in a header at all.</summary>
    internal bool IsSendable => value.All(letter => letter is > ' ' and < (char)0x7F);

    /// <summary>Takes every occurrence of the token out of a text, in the form in which git sends it too.</summary>
    internal string RemoveFrom(string text) => text.Replace(value, Mask, StringComparison.Ordinal).Replace(Basic, Mask, StringComparison.Ordinal);

    /// <summary>As git sends it: the password of the user <c>x-access-token</c>.</summary>
    internal string Basic => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"x-access-token:{value}"));

    private sealed class AccessTokenConverter : JsonConverter<AccessToken>
    {
        public override AccessToken Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A token is never read from JSON by a serializer; read the text and wrap it.");

        public override void Write(Utf8JsonWriter writer, AccessToken value, JsonSerializerOptions options) => writer.WriteStringValue(Mask);
    }
}
