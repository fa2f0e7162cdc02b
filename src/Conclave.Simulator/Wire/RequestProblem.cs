using System.Text.Json;

namespace Conclave.Simulator.Wire;

/// <summary>What is wrong with a request: a closed set, which each vendor words in its own way. Paths look like <c>input[0].role</c>.</summary>
internal abstract record RequestProblem
{
    private RequestProblem()
    {
    }

    /// <summary>The body is not JSON, or not an object.</summary>
    public sealed record NotJson(string Reason) : RequestProblem;

    /// <summary>The body is larger than is read.</summary>
    public sealed record TooLarge : RequestProblem;

    /// <summary>There is nothing at this address.</summary>
    public sealed record NoRoute(string Method, string Path) : RequestProblem;

    /// <summary>A required key is not there.</summary>
    public sealed record Missing(string Path) : RequestProblem;

    /// <summary>A value has another type.</summary>
    /// <param name="Expected">The type in words: <c>a string</c>.</param>
    public sealed record WrongType(string Path, string Expected, JsonValueKind Found) : RequestProblem;

    /// <summary>There is no such key.</summary>
    public sealed record Unknown(string Path) : RequestProblem;

    /// <summary>A value that the model or the simulator does not take.</summary>
    /// <param name="Path">Null when it is not about one value.</param>
    public sealed record Invalid(string? Path, string Message) : RequestProblem;
}
