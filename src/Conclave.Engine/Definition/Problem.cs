using System.Collections.Immutable;

namespace Conclave.Engine.Definition;

/// <summary>Something wrong in a file the user wrote: what, which value, where, and what to do.</summary>
/// <param name="Code">Stable number with a page in <c>docs/errors.md</c>, for example <c>CONC010</c>.</param>
/// <param name="At">Where it stands.</param>
/// <param name="Message">What is wrong, naming the value.</param>
/// <param name="Fix">What to write instead; null when the message says it all.</param>
public sealed record Problem(string Code, SourcePosition At, string Message, string? Fix = null)
{
    /// <summary>Whether it keeps the file from being used.</summary>
    public Severity Severity { get; init; } = Severity.Error;

    /// <summary>One line: place, severity if it is a warning, code, message, fix.</summary>
    public override string ToString() => $"{At}: {(Severity == Severity.Warning ? "warning " : "")}{Code} {Message}{(Fix is null ? "" : $" ({Fix})")}";
}

/// <summary>How bad a problem is.</summary>
public enum Severity
{
    /// <summary>The file can't be used.</summary>
    Error,

    /// <summary>The file can be used, but hardly means what it says.</summary>
    Warning,
}

/// <summary>Either a valid value or all the problems that keep it from being one.</summary>
public sealed record Checked<T> where T : class
{
    /// <summary>Puts the problems into the order of the file, warnings apart; those of several files stay apart.</summary>
    public Checked(T? value, IEnumerable<Problem> problems)
    {
        Value = value;
        var inOrder = problems.GroupBy(problem => problem.At.File)
            .SelectMany(file => file.OrderBy(problem => (problem.At.Line, problem.At.Column)))
            .ToLookup(problem => problem.Severity);
        Problems = [.. inOrder[Severity.Error]];
        Warnings = [.. inOrder[Severity.Warning]];
    }

    /// <summary>The value; it may be there in spite of problems, for what else can be found in it.</summary>
    public T? Value { get; }

    /// <summary>All problems that keep the value from being valid, in the order of the file.</summary>
    public ImmutableArray<Problem> Problems { get; }

    /// <summary>What is valid but hardly meant, in the order of the file.</summary>
    public ImmutableArray<Problem> Warnings { get; }

    /// <summary>True when there is a value and no problem.</summary>
    public bool IsValid => Value is not null && Problems.IsEmpty;
}
