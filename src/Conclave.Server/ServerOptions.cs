using System.Net;

namespace Conclave.Server;

/// <summary>Where and how the API is served.</summary>
public sealed record ServerOptions
{
    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>The address that it listens on.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>How many sessions run at once.</summary>
    public int SessionsAtOnce { get; init; } = 16;

    /// <summary>The directory below which the API may deliver projects.</summary>
    public required string ProjectsRoot { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }
}
