namespace Conclave.Workspace.Verification;

/// <summary>Whether the packages that a project declares may be fetched from the network.</summary>
public abstract record Downloads
{
    private Downloads()
    {
    }

    /// <summary>They may: the user, or the settings of this machine, said so.</summary>
    public sealed record Allowed : Downloads;

    /// <summary>They may not.</summary>
    /// <param name="Reason">Why, to follow "dependencies can't be installed: ".</param>
    /// <param name="Fix">What to do to have them fetched.</param>
    public sealed record Denied(string Reason, string Fix) : Downloads;

    /// <summary>The settings say <c>never</c>.</summary>
    public static Denied Never { get; } = new("downloads are not allowed", "set `install: ask` for the phase or in config.yaml, or do without packages");

    /// <summary>Nobody was there to be asked.</summary>
    public static Denied Unattended { get; } =
        new("downloads are not allowed, since nobody was there to be asked", "start it where it can ask, or set `install: allow` in config.yaml");

    /// <summary>The user was asked and did not want it.</summary>
    public static Denied Refused { get; } = new("the user did not allow downloads", "answer `allow` the next time, or do without packages");
}
