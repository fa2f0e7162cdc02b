namespace Conclave.Simulator.Wire;

/// <summary>How the simulator counts tokens: four characters each, the last one begun.</summary>
internal static class TokenCount
{
    public const int CharsPerToken = 4;

    public static int Of(int chars) => (chars + CharsPerToken - 1) / CharsPerToken;
}
