using Conclave.Agents;

namespace Conclave.Server.Hosting;

public sealed partial record MachineSettings
{
    /// <summary>
    /// These settings with the addresses that the environment names in place of the file's, as it is in the vendors' own libraries. For an address from
    /// there the environment says as well whether it may be plain http.
    /// </summary>
    public Refusable<MachineSettings> With(HostEnvironment environment)
    {
        var endpoints = Endpoints;
        var problems = new List<string>();
        foreach (var (provider, text) in environment.Addresses.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var variable = HostEnvironment.AddressVariables[provider];
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address))
            {
                problems.Add($"CONC203 {variable}: it is not a web address; write one such as {DefaultEndpoints.Of(provider)}");
                continue;
            }

            var endpoint = (endpoints.GetValueOrDefault(provider) ?? new EndpointSettings(null, null)) with
            {
                BaseUrl = provider == Agents.ProviderNames.Gemini ? Versioned(address) : address,
                AllowInsecureLoopback = environment.AllowInsecureLoopback,
            };
            problems.AddRange(endpoint.Problems(provider, AllowedHosts).Select(problem =>
                $"CONC203 {variable}: {problem.Replace("set allow_insecure_loopback to true", $"set {HostEnvironment.InsecureLoopbackVariable}=1", StringComparison.Ordinal)}"));
            endpoints = endpoints.SetItem(provider, endpoint);
        }

        return problems.Count == 0 ? this with { Endpoints = endpoints } : new Refusal(RefusalKind.Invalid, string.Join('\n', problems));
    }

    // Google's libraries add the version themselves, so the variable usually has none.
    private static Uri Versioned(Uri address) =>
        address.Segments is [.., ['v', >= '0' and <= '9', ..]] ? address : new Uri($"{address.OriginalString.TrimEnd('/')}/v1beta");
}
