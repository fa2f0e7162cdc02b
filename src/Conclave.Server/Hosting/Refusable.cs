namespace Conclave.Server.Hosting;

/// <summary>Either what was asked for, or why not.</summary>
public readonly record struct Refusable<T>(T? Value, Refusal? Refusal) where T : class
{
    /// <summary>It is done.</summary>
    public static implicit operator Refusable<T>(T value) => new(value, null);

    /// <summary>It is not.</summary>
    public static implicit operator Refusable<T>(Refusal refusal) => new(null, refusal);
}
