using System.Globalization;

namespace Conclave.Engine.Definition;

/// <summary>A place in a file the user wrote: line and column count from 1.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary><c>file:line:column</c>, the form that terminals and editors turn into a link.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

/// <summary>A value together with the place where the user wrote it.</summary>
public readonly record struct Sourced<T>(T Value, SourcePosition At);
