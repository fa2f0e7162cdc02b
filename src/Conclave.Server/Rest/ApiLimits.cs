namespace Conclave.Server.Rest;

/// <summary>How much one request may bring.</summary>
internal static class ApiLimits
{
    /// <summary>Bytes of a request's body.</summary>
    public const long MaxBody = 1_000_000;
}
