using System.Globalization;

namespace Conclave.Workspace.Files;

/// <summary>The tables as they stand in <c>unicode.txt</c>; the file says what its lines mean.</summary>
internal sealed class UnicodeTables
{
    public Dictionary<int, int> Classes { get; } = [];

    public Dictionary<int, int[]> Canonical { get; } = [];

    public Dictionary<int, int[]> Compatible { get; } = [];

    public Dictionary<(int First, int Second), int> Pairs { get; } = [];

    public Dictionary<int, int[]> Foldings { get; } = [];

    public static UnicodeTables Read()
    {
        var tables = new UnicodeTables();
        using var resource = typeof(UnicodeText).Assembly.GetManifestResourceStream("unicode.txt")!;
        using var reader = new StreamReader(resource);
        while (reader.ReadLine() is { } line)
        {
            tables.Add(line.Split(' '));
        }

        return tables;
    }

    private void Add(string[] line)
    {
        switch (line[0])
        {
            case "c":
                var range = line[1].Split('-');
                for (var rune = Hex(range[0]); rune <= Hex(range[^1]); rune++)
                {
                    Classes[rune] = int.Parse(line[2], CultureInfo.InvariantCulture);
                }

                break;
            case "=":
                Canonical[Hex(line[1])] = Compatible[Hex(line[1])] = Mapping(line);
                Pairs[(Hex(line[2]), Hex(line[3]))] = Hex(line[1]);
                break;
            case "!":
                Canonical[Hex(line[1])] = Compatible[Hex(line[1])] = Mapping(line);
                break;
            case "~":
                Compatible[Hex(line[1])] = Mapping(line);
                break;
            case "f":
                Foldings[Hex(line[1])] = Mapping(line);
                break;
            default:
                break;
        }
    }

    private static int[] Mapping(string[] line) => [.. line.Skip(2).Select(Hex)];

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
