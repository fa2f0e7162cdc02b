using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conclave.Agents.Keys;
using Conclave.Engine.Planning;

namespace Conclave.Server.Vendors;

/// <summary>Tries the keys of all vendors at the same time.</summary>
public sealed class KeyTrial(VendorAccess access, TimeProvider clock)
{
    /// <summary>What came of each, by name.</summary>
    /// <param name="agents">Those whose models the keys must be good for.</param>
    public async Task<ImmutableArray<KeyTrialResult>> Ask(IEnumerable<Agent> agents, CancellationToken cancel)
    {
        var wanted = agents.ToLookup(agent => agent.Provider, agent => agent.Model, StringComparer.Ordinal);
        return [.. await Task.WhenAll(access.Settings.ProviderNames.Order(StringComparer.Ordinal).Select(provider => Ask(provider, wanted[provider], cancel)))];
    }

    private async Task<KeyTrialResult> Ask(string provider, IEnumerable<string> models, CancellationToken cancel)
    {
        var (key, problem) = await access.Keys.Take(provider);
        if (problem is not null)
        {
            return access.Keys.SourceOf(provider) is null && access.Keys.FileProblem is null
                ? new KeyTrialResult(provider, "no_key", null, null, [], null, problem.Fix)
                : new KeyTrialResult(provider, "bad_key", null, null, [], problem.Text, problem.Fix);
        }

        return await KeyCheck.Ask(provider, access.Provider(provider, key), models, clock, cancel) switch
        {
            KeyFinding.Ok ok => new KeyTrialResult(provider, "ok", null, ok.Models, [], null, null),
            KeyFinding.ModelMissing missing => new KeyTrialResult(
                provider, "model_missing", null, null, missing.Models, $"the key is good, but not for {string.Join(", ", missing.Models)}", "name another model in the workflow, or ask the vendor for access to it"),
            KeyFinding.BadKey bad => new KeyTrialResult(provider, "bad_key", bad.Status, null, [], bad.Message, $"set another one with `conclave keys set {provider}` (this one is from {access.Keys.SourceOf(provider)?.Name ?? "nowhere: there is none"})"),
            KeyFinding.NoQuota empty => new KeyTrialResult(provider, "no_quota", empty.Status, null, [], empty.Message, "add credit or raise the limit at the vendor"),
            KeyFinding.Unreachable lost => new KeyTrialResult(provider, "unreachable", lost.Status, null, [], lost.Message, "look at the network and at base_url in config.yaml, then try again"),
            _ => throw new InvalidOperationException("No rule for this finding."),
        };
    }
}

/// <summary>What came of one key.</summary>
/// <param name="Finding"><c>ok no_key bad_key no_quota model_missing unreachable</c>.</param>
/// <param name="Status">The HTTP status of the vendor's reply; null when it was good or there was none.</param>
/// <param name="Models">How many models the key can ask; null when that is not known.</param>
/// <param name="Missing">The models of the workflow that it can't ask.</param>
/// <param name="Fix">What to do; null when nothing is wrong.</param>
public sealed record KeyTrialResult(string Provider, string Finding, int? Status, int? Models, ImmutableArray<string> Missing, string? Message, string? Fix)
{
    /// <summary>Whether something must be mended. A vendor that nobody has a key for is none of the machine's business.</summary>
    [JsonIgnore]
    public bool IsBad => Finding is not ("ok" or "no_key");
}
