using System.Text;

namespace Conclave.Cli;

/// <summary>stdout, which says by an exception of its own when it can't be written: that is nobody's bug, and no reason to stop a session.</summary>
internal sealed class DataWriter(TextWriter inner) : TextWriter
{
    /// <summary>Whether this is the console's own output, where a live view can be drawn.</summary>
    public bool IsConsole => ReferenceEquals(inner, Console.Out);

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc />
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc />
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc />
    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException error)
        {
            throw new OutputFailedException(error);
        }
    }
}

/// <summary>stdout can't be written.</summary>
internal sealed class OutputFailedException(IOException cause)
    : Exception($"CONC221 stdout can't be written: {cause.Message.TrimEnd('.')}; send it somewhere with room", cause);
