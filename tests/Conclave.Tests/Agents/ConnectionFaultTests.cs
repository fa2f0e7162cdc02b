using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>Connections that do not come about were not sent; those that break are in doubt. Each is tried once.</summary>
public sealed class ConnectionFaultTests
{
    [Theory]
    [ForEachVendor]
    public async Task A_refused_connection_is_not_sent(string provider)
    {
        using var free = new TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var url = new Uri($"http://{free.LocalEndpoint}");
        free.Stop();

        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, url));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_host_that_does_not_exist_is_not_sent(string provider) =>
        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, Vendors.Settings(provider, new Uri("https://no-such-host.invalid"))));

    [Theory]
    [ForEachVendor]
    public async Task A_certificate_that_nobody_vouches_for_is_not_sent(string provider)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await LoopbackServer.Start(_ => Task.CompletedTask, certificate);

        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, server.Url));
        Assert.Empty(server.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_handshake_that_breaks_or_never_ends_is_not_sent(string provider)
    {
        await using var breaks = new RawServer(RawServer.Reset(""), readsRequest: false);
        await using var silent = new RawServer(RawServer.Silence(""), readsRequest: false);

        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, Vendors.Settings(provider, new Uri($"https://127.0.0.1:{breaks.Url.Port}"))));
        var settings = Vendors.Settings(provider, new Uri($"https://127.0.0.1:{silent.Url.Port}")) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        Assert.IsType<CallOutcome.NotSent>(await Vendors.Ask(provider, settings));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_connection_that_is_reset_after_the_request_is_in_doubt_with_what_had_come(string provider)
    {
        var beginning = Vendors.Beginning(provider, "Hel", "lo");
        foreach (var (sent, partial) in new[]
        {
            ("", null),
            ("HTTP/1.1 200 OK\r\nContent-Ty", null),
            (Vendors.StreamHead, null),
            (Vendors.StreamHead + beginning, "Hello"),
            (Vendors.StreamHead + beginning[..^20], "Hel"),
        })
        {
            foreach (var end in new[] { RawServer.Reset(sent), RawServer.Close(sent) })
            {
                await using var server = new RawServer(end);

                var doubt = Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, server.Url));

                // A reset may overtake what was sent before it.
                Assert.StartsWith(doubt.Partial?.Text ?? "", partial ?? "", StringComparison.Ordinal);
                Assert.Equal(1, server.Connections);
            }
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_body_shorter_than_its_length_or_without_its_last_chunk_is_in_doubt(string provider)
    {
        var beginning = Vendors.Beginning(provider, "Hello");
        foreach (var reply in new[]
        {
            $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n{beginning}",
            $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{beginning.Length:x}\r\n{beginning}\r\n",
        })
        {
            await using var server = new RawServer(RawServer.Close(reply));

            Assert.Equal("Hello", Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, server.Url)).Partial?.Text);
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_body_that_is_no_http_is_in_doubt(string provider)
    {
        await using var server = new RawServer(RawServer.Close("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nthis is no chunk\r\n"));

        Assert.Equal("InDoubt", Vendors.Describe(await Vendors.Ask(provider, server.Url)));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_server_that_falls_into_http_2_frames_is_in_doubt_with_what_had_come(string provider)
    {
        const string Settings = "\0\0\0\x04\0\0\0\0\0";
        const string GoAway = "\0\0\x08\x07\0\0\0\0\0" + "\0\0\0\0\0\0\0\x01";
        const string ResetStream = "\0\0\x04\x03\0\0\0\0\x01" + "\0\0\0\x02";
        foreach (var (sent, partial) in new[]
        {
            (Settings + GoAway, null),
            (Settings + ResetStream, null),
            (Vendors.StreamHead + Vendors.Beginning(provider, "Hello") + ResetStream + GoAway, "Hello"),
        })
        {
            await using var server = new RawServer(RawServer.Close(sent));

            Assert.Equal(partial, Assert.IsType<CallOutcome.InDoubt>(await Vendors.Ask(provider, server.Url)).Partial?.Text);
            Assert.Equal(1, server.Connections);
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_stream_with_event_ids_that_breaks_is_not_asked_for_again(string provider)
    {
        foreach (var end in new[] { RawServer.Reset, (Func<string, Func<Socket, CancellationToken, Task>>)RawServer.Close })
        {
            var beginning = Vendors.Beginning(provider, "Hello").Replace("data: ", "id: 7\nretry: 1\ndata: ", StringComparison.Ordinal);
            await using var server = new RawServer(end($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n{beginning}"));

            Assert.Equal("InDoubt", Vendors.Describe(await Vendors.Ask(provider, server.Url)));
            Assert.Equal(1, server.Connections);
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task An_answer_that_was_complete_stays_one_whatever_happens_to_the_connection_after(string provider)
    {
        await using var server = new RawServer(RawServer.Close($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n{Vendors.Answer(provider, "Hello")}"));

        Assert.Equal("Hello", Assert.IsType<CallOutcome.Answered>(await Vendors.Ask(provider, server.Url)).Answer.Text);
    }
}
