using System.Text.Json;
using Conclave.EndToEnd.Running;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Conclave.EndToEnd;

/// <summary>
/// Servers behind TLS, with an authority that the machine trusts, so that one thing at a time can be wrong with a certificate. Nothing is sent, and no key
/// shown, unless all is right.
/// </summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData("localhost", 30, HttpProtocols.Http1, true, "answered")]
    // Offered both, it is the version in which one broken connection puts one call in doubt.
    [InlineData("localhost", 30, HttpProtocols.Http1AndHttp2, true, "answered")]
    // A server that insists on the other version takes the request, for all we know, and hangs up.
    [InlineData("localhost", 30, HttpProtocols.Http2, true, "in_doubt")]
    [InlineData("localhost", -1, HttpProtocols.Http1, true, "not_sent")]
    [InlineData("elsewhere.example", 30, HttpProtocols.Http1, true, "not_sent")]
    [InlineData("localhost", 30, HttpProtocols.Http1, false, "not_sent")]
    public async Task A_question_goes_only_to_a_server_whose_certificate_is_right(string host, int endsInDays, HttpProtocols protocols, bool isTrusted, string outcome)
    {
        using var machine = new Machine();
        using var authority = new TestAuthority();
        using var certificate = authority.Certify(host, endsInDays);
        await using var server = await TlsServer.Start(certificate, protocols);
        await File.WriteAllTextAsync(machine.In("roots.pem"), authority.Pem);
        if (isTrusted)
        {
            machine.Environment["SSL_CERT_FILE"] = machine.In("roots.pem");
        }

        Directory.CreateDirectory(machine.Data);
        await File.WriteAllTextAsync(Path.Combine(machine.Data, "config.yaml"), $"providers: {{ house: {{ protocol: chat, base_url: \"https://localhost:{server.Port}/v1\" }} }}\n");
        machine.Environment["HOUSE_API_KEY"] = "sk-canary-house-0123456789";

        var asked = await machine.Conclave("ask", "house/m", "Hello?", "--price", "0/0", "--attempts", "1", "--json");

        var report = JsonDocument.Parse(asked.Output).RootElement;
        Assert.Equal(outcome, report.GetProperty("outcome").GetString());
        Assert.Equal(outcome == "answered" ? 0 : 7, asked.ExitCode);
        Assert.Equal(outcome == "answered" ? "by HTTP/1.1" : "", report.TryGetProperty("text", out var text) ? text.GetString() : "");
        Assert.Equal(outcome == "answered" ? ["HTTP/1.1"] : [], server.Asked);
        Assert.DoesNotContain("canary", asked.ToString(), StringComparison.Ordinal);

        var checkedKey = await machine.Conclave("keys", "check", "--json");
        Assert.Contains(outcome == "answered" ? "\"finding\":\"ok\"" : "\"finding\":\"unreachable\"", checkedKey.Output.Split('\n').Single(line => line.Contains("\"house\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
