using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>The files of an answer as they come together. Mutable: what is said later about a file counts.</summary>
/// <param name="content">The files that edits apply to; null when none are at hand.</param>
internal sealed class FileSetDraft(Func<string, string?>? content)
{
    private readonly List<AnswerFile> files = [];
    private readonly List<FileEdit> edits = [];
    private readonly List<string> notes = [];
    private readonly List<string> problems = [];
    private readonly Dictionary<string, int> said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AnswerFile> now = new(StringComparer.Ordinal);
    private readonly HashSet<string> broken = new(StringComparer.Ordinal);

    /// <summary>Takes in what the answer says next.</summary>
    public void Add(AnswerPart part)
    {
        switch (part)
        {
            case AnswerPart.Whole whole:
                said[whole.File.Path] = said.GetValueOrDefault(whole.File.Path) + 1;
                broken.Remove(whole.File.Path);
                Put(whole.File);
                break;
            case AnswerPart.Change change:
                Apply(change.Edit);
                break;
            case AnswerPart.Note note:
                notes.Add(note.Text);
                break;
            case AnswerPart.Unreadable unreadable:
                problems.Add(unreadable.Problem);
                break;
            default:
                throw new InvalidOperationException($"An answer has no such part: {part}");
        }
    }

    /// <summary>All of it.</summary>
    /// <param name="leftOut">What a file lacks.</param>
    public FileSetReading Reading(Func<AnswerFile, IEnumerable<string>> leftOut)
    {
        // The last of several is the agent's last word; it stands where it was said.
        var last = files.AsEnumerable().Reverse().DistinctBy(file => file.Path, StringComparer.Ordinal).Reverse().Where(file => !broken.Contains(file.Path)).ToImmutableArray();
        var again = said.Where(count => count.Value > 1).Select(count => $"`{count.Key}` came {count.Value} times; the last one is taken");
        return new FileSetReading(last, [.. again, .. notes], [.. problems, .. last.SelectMany(leftOut)]) { Edits = [.. edits] };
    }

    private void Put(AnswerFile file)
    {
        files.Add(file);
        now[file.Path] = file;
    }

    private void Apply(FileEdit edit)
    {
        if (content is null && !now.ContainsKey(edit.Path))
        {
            edits.Add(edit);
            return;
        }

        // Of several changes to a file all apply or none does.
        if (broken.Contains(edit.Path))
        {
            return;
        }

        var before = now.TryGetValue(edit.Path, out var file) ? file.Content : content?.Invoke(edit.Path);
        switch (EditApplication.Of(edit, before))
        {
            case EditApplication.Applied applied:
                notes.AddRange(applied.Notes);
                Put(new AnswerFile(edit.MovedTo ?? edit.Path, applied.Content));
                if (edit.MovedTo is not null)
                {
                    Put(new AnswerFile(edit.Path, null));
                }

                break;
            case EditApplication.Refused refused:
                broken.Add(edit.Path);
                problems.Add(refused.Problem);
                break;
            default:
                throw new InvalidOperationException("An edit is applied or refused.");
        }
    }
}
