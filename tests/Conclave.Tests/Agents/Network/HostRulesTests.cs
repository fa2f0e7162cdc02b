using System.Net;
using Conclave.Agents;
using Conclave.Agents.Network;

namespace Conclave.Tests.Agents.Network;

/// <summary>A key goes only to where its owner meant it to go.</summary>
public sealed class HostRulesTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1")]
    [InlineData("https://API.OpenAI.com:8443/v1")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta")]
    [InlineData("https://my_proxy.example.com/openai/v1")]
    [InlineData("https://xn--mnchen-3ya.example/v1")]
    [InlineData("https://8.8.8.8/v1")]
    [InlineData("https://[2606:4700::1111]:443/v1")]
    [InlineData("https://localhost:8443/v1")]
    [InlineData("https://127.0.0.1:8443/v1")]
    [InlineData("https://[::1]:8443/v1")]
    public void An_address_on_the_internet_or_of_this_machine_is_fine(string url) => Assert.Empty(Problems(url));

    [Theory]
    [InlineData("https://169.254.169.254/latest", "can't be a vendor's host")]
    [InlineData("https://[fe80::1]/v1", "can't be a vendor's host")]
    [InlineData("https://[fd00:ec2::254]/v1", "can't be a vendor's host")]
    [InlineData("https://168.63.129.16/v1", "can't be a vendor's host")]
    [InlineData("https://100.100.100.200/v1", "can't be a vendor's host")]
    [InlineData("https://[::ffff:169.254.169.254]/v1", "can't be a vendor's host")]
    [InlineData("https://[::ffff:a9fe:a9fe]/v1", "can't be a vendor's host")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/v1", "can't be a vendor's host")]
    [InlineData("https://[2002:a9fe:a9fe::]/v1", "can't be a vendor's host")]
    [InlineData("https://[::]/v1", "can't be a vendor's host")]
    [InlineData("https://0.0.0.0/v1", "can't be a vendor's host")]
    [InlineData("https://224.0.0.1/v1", "can't be a vendor's host")]
    [InlineData("https://255.255.255.255/v1", "can't be a vendor's host")]
    [InlineData("https://10.0.0.7/v1", "private network")]
    [InlineData("https://172.31.0.7/v1", "private network")]
    [InlineData("https://192.168.1.7/v1", "private network")]
    [InlineData("https://100.64.0.1/v1", "private network")]
    [InlineData("https://[fc00::7]/v1", "private network")]
    [InlineData("https://[::ffff:10.0.0.7]/v1", "private network")]
    [InlineData("https://2130706433/v1", "another way to write 127.0.0.1")]
    [InlineData("https://0x7f000001/v1", "another way to write 127.0.0.1")]
    [InlineData("https://0x7f.1/v1", "another way to write 127.0.0.1")]
    [InlineData("https://0177.0.0.1/v1", "another way to write 127.0.0.1")]
    [InlineData("https://127.1/v1", "another way to write 127.0.0.1")]
    [InlineData("https://3232235777/v1", "another way to write 192.168.1.1")]
    [InlineData("https://134744072/v1", "another way to write 8.8.8.8")]
    [InlineData("https://api.openai.com./v1", "ends in a dot")]
    [InlineData("https://аpi.openai.com/v1", "characters that no host name has")]
    [InlineData("https://ａpi.openai.com/v1", "characters that no host name has")]
    [InlineData("https://１２７.0.0.1/v1", "characters that no host name has")]
    [InlineData("https://api.openai.com。/v1", "characters that no host name has")]
    [InlineData("https://api.openai.com@evil.com/v1", "holds a name or password before the host")]
    [InlineData("https://api.openai.com:443@evil.com/v1", "holds a name or password before the host")]
    [InlineData("http://api.openai.com/v1", "in the clear")]
    [InlineData("http://10.0.0.7/v1", "in the clear")]
    [InlineData("http://localhost.evil.com/v1", "in the clear")]
    public void An_address_that_hides_or_misleads_is_refused(string url, string problem) =>
        Assert.Contains(Problems(url), found => found.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("https://evil\0.api.openai.com/v1")]
    [InlineData("https://api.openai.com%00.evil.com/v1")]
    [InlineData("https://api.openai.com\t.evil.com/v1")]
    [InlineData("https://api openai com/v1")]
    [InlineData("https://evil.com\\.api.openai.com/v1")]
    [InlineData("https://-api..openai.com/v1")]
    public void What_is_no_name_is_refused_by_us_or_read_by_nobody(string url) =>
        Assert.True(!Uri.TryCreate(url, UriKind.Absolute, out _) || Problems(url).Count > 0, url);

    [Theory]
    [InlineData("https://10.0.0.7/v1", true)]
    [InlineData("https://[fc00::7]/v1", true)]
    [InlineData("https://169.254.169.254/v1", false)]
    [InlineData("https://0.0.0.0/v1", false)]
    [InlineData("https://2130706433/v1", false)]
    public void A_private_host_that_its_owner_listed_is_fine_and_a_metadata_service_never(string url, bool fine) =>
        Assert.Equal(fine, !new ProviderSettings(new Uri(url), new Secret("k")) { IsHostListed = true }.AddressProblems().Any());

    [Theory]
    [InlineData("https://api.openai.com", "104.18.7.192", true)]
    [InlineData("https://api.openai.com", "2606:4700::1111", true)]
    [InlineData("https://api.openai.com", "127.0.0.1", false)]
    [InlineData("https://api.openai.com", "::ffff:127.0.0.1", false)]
    [InlineData("https://api.openai.com", "10.1.2.3", false)]
    [InlineData("https://api.openai.com", "169.254.169.254", false)]
    [InlineData("https://localhost:1", "127.0.0.1", true)]
    [InlineData("https://localhost:1", "::1", true)]
    [InlineData("https://localhost:1", "93.184.216.34", false)]
    public void A_name_may_lead_only_where_its_host_may_lie(string url, string found, bool allowed) =>
        Assert.Equal(allowed, HostRules.Allows(new Uri(url), false, IPAddress.Parse(found)));

    [Fact]
    public void A_listed_name_may_lead_into_a_private_network_and_not_to_a_metadata_service()
    {
        Assert.True(HostRules.Allows(new Uri("https://gpu-box.lan"), true, IPAddress.Parse("192.168.1.7")));
        Assert.False(HostRules.Allows(new Uri("https://gpu-box.lan"), true, IPAddress.Parse("169.254.169.254")));
    }

    private static List<string> Problems(string url) => [.. new ProviderSettings(new Uri(url), new Secret("k")).AddressProblems()];
}
