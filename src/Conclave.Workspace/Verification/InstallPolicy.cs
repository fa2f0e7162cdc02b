using Conclave.Engine;

namespace Conclave.Workspace.Verification;

/// <summary>What may become of packages that a project declares.</summary>
public enum InstallPolicy
{
    /// <summary>A human is asked, each time that something else would be fetched.</summary>
    Ask,

    /// <summary>Nothing is fetched.</summary>
    Never,

    /// <summary>They are fetched.</summary>
    Allow,
}

/// <summary>Who has a say in downloads.</summary>
public static class InstallPolicies
{
    /// <summary>The names in settings.</summary>
    public static string Names => string.Join(", ", Enum.GetValues<InstallPolicy>().Select(policy => EngineText.Snake(policy)));

    /// <summary>The policy of a name; null when there is none.</summary>
    public static InstallPolicy? Parse(string name) =>
        Enum.GetValues<InstallPolicy>().Where(policy => EngineText.Snake(policy) == name).Select(policy => (InstallPolicy?)policy).FirstOrDefault();

    /// <summary>
    /// What holds when the workflow says one thing and the machine another, either of which may be silent: the stricter one, since a workflow may come from
    /// anywhere; <see cref="InstallPolicy.Ask"/> when both are silent. Where nobody can be asked only the machine's own <c>allow</c> allows anything.
    /// </summary>
    public static InstallPolicy Of(InstallPolicy? workflow, InstallPolicy? machine, bool unattended)
    {
        var said = (workflow, machine) switch
        {
            (InstallPolicy.Never, _) or (_, InstallPolicy.Never) => InstallPolicy.Never,
            (InstallPolicy.Allow, null or InstallPolicy.Allow) or (null, InstallPolicy.Allow) => InstallPolicy.Allow,
            _ => InstallPolicy.Ask,
        };
        return unattended && machine != InstallPolicy.Allow && said == InstallPolicy.Allow ? InstallPolicy.Ask : said;
    }
}
