namespace Conclave.Simulator.Wire;

/// <summary>Cuts text without tearing a surrogate pair apart.</summary>
internal static class TextPieces
{
    /// <summary>The first characters, at most so many.</summary>
    public static string Start(string text, int chars) => text[..Boundary(text, Math.Min(chars, text.Length))];

    /// <summary>The text in pieces of about that size; none of an empty text.</summary>
    public static IReadOnlyList<string> Split(string text, int chars)
    {
        var pieces = new List<string>((text.Length / chars) + 1);
        for (var start = 0; start < text.Length;)
        {
            var end = Boundary(text, Math.Min(start + chars, text.Length));
            end = end > start ? end : Math.Min(start + 2, text.Length);
            pieces.Add(text[start..end]);
            start = end;
        }

        return pieces;
    }

    private static int Boundary(string text, int at) => at > 0 && at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]) ? at - 1 : at;
}
