namespace Conclave.Simulator.Wire;

/// <summary>How the simulator counts tokens: four characters each, the last one begun.</summary>
internal static class TokenCount
{
    public const int CharsPerToken = 4;

    public static int Of(int chars) => (chars + CharsPerToken - 1) / CharsPerToken;

    /// <summary>Of a whole question, which has at least one.</summary>
    public static int OfPrompt(string prompt) => Math.Max(1, Of(prompt.Length));
}
