using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

public sealed class InstallPolicyTests
{
    [Theory]
    [InlineData(null, null, InstallPolicy.Ask)]
    [InlineData(InstallPolicy.Allow, null, InstallPolicy.Allow)]
    [InlineData(null, InstallPolicy.Allow, InstallPolicy.Allow)]
    [InlineData(null, InstallPolicy.Never, InstallPolicy.Never)]
    [InlineData(InstallPolicy.Allow, InstallPolicy.Ask, InstallPolicy.Ask)]
    [InlineData(InstallPolicy.Ask, InstallPolicy.Allow, InstallPolicy.Ask)]
    [InlineData(InstallPolicy.Allow, InstallPolicy.Never, InstallPolicy.Never)]
    [InlineData(InstallPolicy.Never, InstallPolicy.Allow, InstallPolicy.Never)]
    public void The_stricter_of_workflow_and_machine_holds(InstallPolicy? workflow, InstallPolicy? machine, InstallPolicy expected) =>
        Assert.Equal(expected, InstallPolicies.Of(workflow, machine, unattended: false));

    [Theory]
    [InlineData(InstallPolicy.Allow, null)]
    [InlineData(InstallPolicy.Allow, InstallPolicy.Ask)]
    [InlineData(InstallPolicy.Ask, InstallPolicy.Allow)]
    [InlineData(null, null)]
    public void Where_nobody_can_be_asked_no_workflow_allows_a_download(InstallPolicy? workflow, InstallPolicy? machine) =>
        Assert.Equal(InstallPolicy.Ask, InstallPolicies.Of(workflow, machine, unattended: true));

    [Fact]
    public void Where_nobody_can_be_asked_the_machine_may_have_allowed_it_before() =>
        Assert.Equal(InstallPolicy.Allow, InstallPolicies.Of(null, InstallPolicy.Allow, unattended: true));
}
