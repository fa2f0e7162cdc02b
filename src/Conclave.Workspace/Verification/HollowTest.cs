namespace Conclave.Workspace.Verification;

/// <summary>A test that can't fail on account of the program, as far as its source shows: it checks nothing, or swallows what fails.</summary>
/// <param name="Test">For Python <c>Class.method</c> or a function, for Node the names of its groups and its own with <c> &gt; </c> between them.</param>
/// <param name="File">Relative to the project.</param>
internal sealed record HollowTest(string Test, string File)
{
    /// <summary>Whether a result is of this test.</summary>
    public bool Is(TestResult result)
    {
        var name = result.Test.Split(' ')[0];
        return result.File == File && (result.Test == $"{File} > {Test}" || name == Test || name.EndsWith($".{Test}", StringComparison.Ordinal));
    }
}
