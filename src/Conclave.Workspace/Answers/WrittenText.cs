namespace Conclave.Workspace.Answers;

/// <summary>The text of a file as it is stored: with one line end at its end, and none when it is empty.</summary>
internal static class WrittenText
{
    /// <summary>Of lines without their ends.</summary>
    public static string OfLines(IEnumerable<string> lines) => OneFinalNewline(string.Join('\n', lines));

    /// <summary>Of a text with any number of line ends at its end.</summary>
    public static string OneFinalNewline(string content)
    {
        var end = content.Length;
        while (end > 0 && content[end - 1] == '\n')
        {
            end -= end > 1 && content[end - 2] == '\r' ? 2 : 1;
        }

        return end == 0 ? "" : content[..end] + (content is [.., '\r', '\n'] ? "\r\n" : "\n");
    }
}
