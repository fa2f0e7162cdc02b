namespace Conclave.Engine.Definition.Expressions;

/// <summary>An expression that can't be parsed or evaluated; the message says why, in the user's words.</summary>
public sealed class ExpressionException(string message, int offset = 0) : Exception(message)
{
    /// <summary>Characters from the start of the expression to the fault; 0 when it has no place.</summary>
    public int Offset { get; } = offset;
}
