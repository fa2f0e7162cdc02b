using System.Collections.Immutable;
using System.Text;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Answers;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Steps;

/// <summary>The files of one answer, known to be readable, safe and the author's to write.</summary>
internal sealed record FileSet(ImmutableArray<AnswerFile> Files, ImmutableArray<string> Notes)
{
    private const int MaxProblems = 10;

    /// <summary>Reads an answer and checks the whole set: all or nothing.</summary>
    /// <param name="refusal">Why the author may not write a path; null when it may.</param>
    /// <param name="wanted">Paths that must be in it.</param>
    /// <param name="tree">The names of the project that the files must be able to lie beside.</param>
    /// <param name="content">What a file holds now, which edits apply to; null when nothing is written yet.</param>
    public static Reading<FileSet> Read(string answer, Func<string, string?> refusal, IEnumerable<string> wanted, ProjectNames tree, Func<string, string?>? content = null)
    {
        var reading = FileSetReader.Read(answer, content ?? (_ => null));
        var written = reading.Files.Where(file => file.Content is not null).ToList();
        string[] problems =
        [
            .. reading.Problems,
            .. reading.Files.Select(file => PathPolicy.Check(file.Path) is { } wrong ? $"`{PathPolicy.Show(file.Path)}`: {wrong}" : refusal(file.Path)).OfType<string>(),
            .. PathPolicy.CheckSet(written.Select(file => (file.Path, (long)Encoding.UTF8.GetByteCount(file.Content!)))),
            .. tree.Conflicts([.. reading.Files.Select(file => file.Path)], [.. written.Select(file => file.Path)]),
            .. written.SelectMany(file => SecretScan.Find(file.Content!).Select(found => $"`{file.Path}`, line {found.Line}: this looks like a secret ({found.Kind}); code must not hold one.")),
            .. written.Select(file => SyntaxCheck.Problem(file.Path, file.Content!)).OfType<string>(),
            .. wanted.Except(reading.Files.Select(file => file.Path), StringComparer.Ordinal).Select(path => $"`{path}` is missing."),
        ];
        var told = problems.Distinct(StringComparer.Ordinal).ToList();
        return told.Count == 0
            ? new Reading<FileSet>.Read(new FileSet(reading.Files, reading.Notes))
            : new Reading<FileSet>.Unreadable(string.Join('\n', told.Take(MaxProblems)) + (told.Count > MaxProblems ? $"\n(and {told.Count - MaxProblems} more)" : ""));
    }

    /// <summary>The files as a step's result, with who wrote them and for which requirements.</summary>
    public ImmutableArray<WrittenFile> By(Agent author, FileOwnership ownership) => [.. Files.Select(file =>
    {
        var content = file.Content is null ? null : Blob.Of(file.Content);
        return new WrittenFile(new FileChange(file.Path, content?.Id, author.Id, author.Model, ownership.RequirementsOf(file.Path)), content);
    })];
}
