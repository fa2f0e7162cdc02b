using System.Text;
using Conclave.Agents;

namespace Conclave.Cli;

/// <summary>Talk without keys: whatever is said, by us or by what went wrong, none of this machine's keys is in it.</summary>
internal sealed class RedactingWriter(TextWriter inner, Redactor redactor) : TextWriter
{
    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(value is null ? null : redactor.Clean(value));

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : redactor.Clean(value));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();
}
