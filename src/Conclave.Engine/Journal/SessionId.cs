using System.Globalization;
using System.Text.Json.Serialization;

namespace Conclave.Engine.Journal;

/// <summary>The name of a session: its UTC date and six random letters or digits, for example <c>20261122-k3vq7m</c>.</summary>
[JsonConverter(typeof(IdentifierConverter<SessionId>))]
public readonly record struct SessionId(string Value) : IIdentifier<SessionId>
{
    private const string Alphabet = "abcdefghjkmnpqrstvwxyz0123456789";

    /// <inheritdoc />
    public static SessionId From(string value) => new(value);

    /// <summary>A new name from a time and six random bytes; both are the caller's, so that the Engine stays pure.</summary>
    public static SessionId New(DateTimeOffset now, ReadOnlySpan<byte> random)
    {
        Span<char> letters = stackalloc char[6];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = Alphabet[random[i] % Alphabet.Length];
        }

        return new SessionId(string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd}-{letters}"));
    }

    /// <summary>Whether a text from outside may be the name of a session: letters, digits and hyphens only, so that it is a file name too.</summary>
    public static bool IsValid(string? value) => value is { Length: > 0 and <= 64 } && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    /// <inheritdoc />
    public override string ToString() => Value;
}
