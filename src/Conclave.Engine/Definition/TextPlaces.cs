namespace Conclave.Engine.Definition;

/// <summary>Finds places inside of texts that stand in a YAML file, as long as the file has them letter by letter.</summary>
public sealed class TextPlaces(string source)
{
    private readonly string[] lines = source.ReplaceLineEndings("\n").Split('\n');

    /// <summary>Where character <paramref name="offset"/> of a text stands; the text's own place when that can't be told.</summary>
    public SourcePosition Of(Sourced<string> text, int offset)
    {
        var (value, at) = text;
        if (offset < 0 || offset >= value.Length || at.Line > lines.Length || at.Column > lines[at.Line - 1].Length)
        {
            return at;
        }

        var lineStart = value.LastIndexOf('\n', offset) + 1;
        var place = lines[at.Line - 1][at.Column - 1] switch
        {
            '|' => InBlock(at, value[..offset].Count(letter => letter == '\n'), offset - lineStart),
            '"' or '\'' => at with { Column = at.Column + 1 + offset },
            _ => at with { Column = at.Column + offset },
        };
        var line = value[lineStart..].Split('\n')[0];
        return Stands(line, place, offset - lineStart) ? place : at;
    }

    private SourcePosition InBlock(SourcePosition at, int line, int column)
    {
        var indent = lines.Skip(at.Line).FirstOrDefault(candidate => candidate.Trim().Length > 0) is { } first ? first.Length - first.TrimStart(' ').Length : 0;
        return at with { Line = at.Line + 1 + line, Column = indent + column + 1 };
    }

    // Escapes and folded lines move letters; then the line of the text is not found where it should be.
    private bool Stands(string line, SourcePosition place, int before)
    {
        var start = place.Column - 1 - before;
        return place.Line <= lines.Length && start >= 0 && string.CompareOrdinal(lines[place.Line - 1], start, line, 0, line.Length) == 0;
    }
}
