namespace Conclave.Agents.Keys;

/// <summary>Why a key can't be had or kept; it never repeats the key.</summary>
/// <param name="Text">What is wrong, with its <c>CONCnnn</c> number.</param>
/// <param name="Fix">What to do.</param>
public sealed record KeyProblem(string Text, string Fix);

/// <summary>A key, or why there is none.</summary>
public readonly record struct KeyReading(Secret? Key, KeyProblem? Problem)
{
    /// <summary>Takes a text for a key if it can be one.</summary>
    /// <param name="from">Where it is from, as problems name it.</param>
    public static KeyReading Of(string text, string from)
    {
        var key = new Secret(text.Trim());
        return key.Problem is { } problem
            ? new KeyReading(null, new KeyProblem($"CONC433 the key from {from} can't be one: {problem}", "copy it again from the vendor's page, all of it and nothing else"))
            : new KeyReading(key, null);
    }
}
