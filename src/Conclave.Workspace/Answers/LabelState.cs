namespace Conclave.Workspace.Answers;

/// <summary>Which file the prose above speaks of. Mutable: it goes down an answer line by line.</summary>
internal sealed class LabelState
{
    // More sentences than this between a heading and its block, and it is about something else.
    private const int MaxSentences = 3;

    private PathLabel? label;
    private string? mentioned;
    private int sentences;
    private bool isListing;
    private bool wasName;

    /// <summary>The file of the block that comes next; null when nothing names it.</summary>
    public string? Name => label?.Path;

    /// <summary>The file that an edit without a name of its own is about.</summary>
    public string? Target => label?.Path ?? mentioned;

    /// <summary>Takes a line of prose in.</summary>
    public void See(string line, bool inFence)
    {
        var text = line.Trim();
        if (text.Length == 0 || text is "---" or "***" or "___")
        {
            wasName = false;
            return;
        }

        var found = inFence ? OfBlock(text) : PathLabel.Of(line);
        switch (found)
        {
            case { Reach: LabelReach.Section }:
            case { Reach: LabelReach.Next } when !wasName:
                label = found;
                sentences = 0;
                isListing = false;
                break;
            case { Reach: LabelReach.Next }:
                // One name under the other is a list of files, not the name of a block.
                label = null;
                isListing = true;
                break;
            default:
                Other(text, found);
                break;
        }

        wasName = found is { Reach: LabelReach.Next } || isListing;
    }

    /// <summary>What a block that stands inside begins with.</summary>
    public LabelState Into(string? info)
    {
        var inner = new LabelState { label = info is null ? label : new PathLabel(info, LabelReach.Next), mentioned = mentioned, sentences = 0 };
        return inner;
    }

    /// <summary>A block took the name.</summary>
    public void Used()
    {
        // A following edit without a name is about the same file.
        mentioned = label?.Path ?? mentioned;
        label = null;
        wasName = false;
    }

    /// <summary>A block that is no file came: commands, output, a tree.</summary>
    public void Pass()
    {
        label = label is { Reach: LabelReach.Section } && ++sentences <= MaxSentences ? label : null;
        wasName = false;
    }

    private void Other(string text, PathLabel? mention)
    {
        isListing = false;
        if (text[0] == '#' || (text.StartsWith("**", StringComparison.Ordinal) && (text.EndsWith("**", StringComparison.Ordinal) || text.EndsWith("**:", StringComparison.Ordinal) || text.EndsWith(":**", StringComparison.Ordinal))))
        {
            // A section about something else.
            label = null;
            mentioned = null;
        }
        else if (label is { Reach: LabelReach.Next } || ++sentences > MaxSentences)
        {
            label = null;
        }

        mentioned = mention?.Path ?? mentioned;
    }

    // In a block only a line of nothing but a name is one.
    private static PathLabel? OfBlock(string text) =>
        PathText.IsName(text) ? new PathLabel(text, LabelReach.Next)
        : BlockLabel.OfComment([text]) is { } commented ? new PathLabel(commented, LabelReach.Next)
        : null;
}
