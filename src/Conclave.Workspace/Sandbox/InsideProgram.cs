namespace Conclave.Workspace.Sandbox;

/// <summary>Our own programs that run inside the sandbox: the files of the folders <c>Inside</c>, embedded.</summary>
internal static class InsideProgram
{
    /// <summary>The text of one.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(InsideProgram).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program `{name}` is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
