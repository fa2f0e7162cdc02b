using System.Text;

namespace Conclave.Agents.Wire;

/// <summary>The parts of an answer's text, each at its place; a part that begins anew replaces what it was. Mutable.</summary>
internal sealed class TextParts
{
    private readonly SortedDictionary<(int Item, int Part), StringBuilder> parts = [];

    /// <summary>All parts in their order.</summary>
    public string Text => string.Concat(parts.Values);

    /// <summary>Begins a part.</summary>
    public void Begin(int item, int part, string text) => parts[(item, part)] = new StringBuilder(text);

    /// <summary>Adds to a part; one that nobody began begins here.</summary>
    public void Append(int item, int part, string text)
    {
        if (parts.TryGetValue((item, part), out var known))
        {
            known.Append(text);
        }
        else
        {
            Begin(item, part, text);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => parts.Clear();
}
