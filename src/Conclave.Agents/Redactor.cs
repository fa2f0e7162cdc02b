using System.Collections.Immutable;

namespace Conclave.Agents;

/// <summary>Takes keys out of whatever leaves the process for people to read: those of this process in all their forms, and everything that looks like one. Thread-safe; learns.</summary>
public sealed class Redactor
{
    private ImmutableHashSet<Secret> known = [];

    /// <summary>From now on this key is taken out.</summary>
    public void Learn(Secret secret)
    {
        if (secret.Reveal().Length >= Secret.ShortestKey)
        {
            ImmutableInterlocked.Update(ref known, (set, more) => set.Add(more), secret);
        }
    }

    /// <summary>The text without keys.</summary>
    public string Clean(string text)
    {
        foreach (var secret in known)
        {
            text = secret.RemoveFrom(text);
        }

        return KeyPatterns.RemoveFrom(text);
    }

    /// <summary>Whether a text holds one of the keys themselves.</summary>
    public bool Finds(string text) => known.Any(secret => secret.IsIn(text));
}
