using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Keys;

/// <summary>Asks a vendor for the list of models, which tells whether a key is good without paying for an answer.</summary>
public static class KeyCheck
{
    /// <summary>How long one vendor may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private const int MaxPages = 10;
    private const int MaxPageBytes = 4 * 1024 * 1024;

    /// <summary>What the vendor says.</summary>
    /// <param name="wanted">The models that will be asked.</param>
    public static async Task<KeyFinding> Ask(string provider, ProviderSettings settings, IEnumerable<string> wanted, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        using var http = new HttpClient(ProviderHttp.Connections(settings)) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return await Ask(ModelListing.Of(settings.Protocol ?? ProviderNames.ProtocolOf(provider) ?? WireProtocol.Chat, settings.Key), settings, wanted, http, clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new KeyFinding.Unreachable(null, $"{settings.BaseUrl.Host} gave no reply within {Limit.TotalSeconds:0} seconds");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            return new KeyFinding.Unreachable(null, $"{settings.BaseUrl.Host} can't be reached: {KeyPatterns.RemoveFrom(settings.Key?.RemoveFrom(error.GetBaseException().Message) ?? error.GetBaseException().Message)}");
        }
    }

    private static async Task<KeyFinding> Ask(ModelListing listing, ProviderSettings settings, IEnumerable<string> wanted, HttpClient http, TimeProvider clock, CancellationToken cancel)
    {
        var models = new HashSet<string>(StringComparer.Ordinal);
        var more = "";
        for (var page = 0; page < MaxPages && more is not null; page++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{settings.BaseUrl.AbsoluteUri.TrimEnd('/')}{listing.Path}{more}"));
            foreach (var (name, value) in listing.Headers)
            {
                request.Headers.Add(name, value);
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
            {
                var reply = await ErrorReply.Read(response, settings, clock, cancel);
                return Refused(Redaction.Of(listing.ReadError(reply).Of(reply, clock.GetUtcNow()), settings.Key), reply.Status);
            }

            var list = JsonText.TryParse(await Read(response, cancel));
            if (list.ValueKind != JsonValueKind.Object)
            {
                return new KeyFinding.Unreachable((int)response.StatusCode, $"what {settings.BaseUrl.Host} sent is no list of models: is base_url right, or is there a proxy in between?");
            }

            models.UnionWith(listing.Names(list).OfType<string>());
            more = listing.Next(list);
        }

        ImmutableArray<string> missing = [.. wanted.Where(model => !models.Any(listed => IsSame(listed, model))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return missing.IsEmpty ? new KeyFinding.Ok(models.Count) : new KeyFinding.ModelMissing(missing);
    }

    private static KeyFinding Refused(CallOutcome outcome, int status) => outcome switch
    {
        CallOutcome.Rejected { Reason: RejectionKind.BadKey } bad => new KeyFinding.BadKey(status, bad.Message),
        CallOutcome.Rejected { Reason: RejectionKind.NoQuota } empty => new KeyFinding.NoQuota(status, empty.Message),
        CallOutcome.Rejected other => new KeyFinding.Unreachable(status, other.Message),
        CallOutcome.RateLimited limited => new KeyFinding.Unreachable(status, $"it limits our rate: {limited.Message}"),
        CallOutcome.Overloaded busy => new KeyFinding.Unreachable(status, $"it has no capacity: {busy.Message}"),
        CallOutcome.Failed failed => new KeyFinding.Unreachable(status, $"it fails: {failed.Message}"),
        _ => new KeyFinding.Unreachable(status, "it gave no list of models"),
    };

    // A list may name only the dated form of a model, such as claude-opus-5-5-20261001.
    private static bool IsSame(string listed, string wanted) =>
        listed == wanted || (listed.Length == wanted.Length + 9 && listed.StartsWith($"{wanted}-", StringComparison.Ordinal) && listed.AsSpan(wanted.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static async Task<string> Read(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (text.Length < MaxPageBytes && await body.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            await text.WriteAsync(buffer.AsMemory(0, count), cancel);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).TrimStart('\uFEFF');
    }
}
