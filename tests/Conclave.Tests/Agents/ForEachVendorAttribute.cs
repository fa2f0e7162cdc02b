using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Conclave.Tests.Agents;

/// <summary>A row of a theory for each vendor and for a compatible server, whose name comes first.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ForEachVendorAttribute(params object?[]? values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Vendors.All.Select(provider => new TheoryDataRow([provider, .. values ?? [null]]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
