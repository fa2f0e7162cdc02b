namespace Conclave.Workspace.Answers;

/// <summary>The XML marks around a content that is not to be read as XML: <c>&lt;![CDATA[ ... ]]&gt;</c>.</summary>
internal static class CharacterData
{
    private const string Begin = "<![CDATA[";
    private const string End = "]]>";

    /// <summary>The content without them.</summary>
    public static string TakeOff(string content)
    {
        var inner = content.AsSpan().Trim();
        if (!inner.StartsWith(Begin) || !inner.EndsWith(End) || inner.Length < Begin.Length + End.Length)
        {
            return content;
        }

        var text = inner[Begin.Length..^End.Length].ToString();
        return text.StartsWith("\r\n", StringComparison.Ordinal) ? text[2..] : text.StartsWith('\n') ? text[1..] : text;
    }
}
