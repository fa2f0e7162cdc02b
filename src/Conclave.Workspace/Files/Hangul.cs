namespace Conclave.Workspace.Files;

/// <summary>Korean syllables, whose composition is arithmetic.</summary>
internal static class Hangul
{
    private const int Syllables = 0xAC00;
    private const int Leads = 0x1100;
    private const int Vowels = 0x1161;
    private const int Trails = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;

    public static int[]? Decompose(int rune)
    {
        var index = rune - Syllables;
        if (index is < 0 or >= LeadCount * VowelCount * TrailCount)
        {
            return null;
        }

        var (lead, vowel, trail) = (Leads + (index / (VowelCount * TrailCount)), Vowels + (index / TrailCount % VowelCount), Trails + (index % TrailCount));
        return trail == Trails ? [lead, vowel] : [lead, vowel, trail];
    }

    public static int? Compose(int first, int second)
    {
        if (first - Leads is >= 0 and < LeadCount && second - Vowels is >= 0 and < VowelCount)
        {
            return Syllables + ((((first - Leads) * VowelCount) + second - Vowels) * TrailCount);
        }

        var index = first - Syllables;
        return index is >= 0 and < LeadCount * VowelCount * TrailCount && index % TrailCount == 0 && second - Trails is > 0 and < TrailCount
            ? first + second - Trails
            : null;
    }
}
