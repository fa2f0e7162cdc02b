using System.ClientModel;
using Conclave.Agents.Compatible;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.ChatClients;

/// <summary>Reads what an <c>IChatClient</c> throws: the status where one is known, and else whether the request can have left.</summary>
internal static class ChatClientFailure
{
    public static CallOutcome Read(Exception error, DateTimeOffset now) => error switch
    {
        ClientResultException { Status: > 0 } refused => Of(refused.Status, Headers(refused), Body(refused), refused.Message, now),
        HttpRequestException { StatusCode: { } status } refused => Of((int)status, new ReplyHeaders([]), "", refused.Message, now),
        _ when IsUnsent(error) => new CallOutcome.NotSent($"the model can't be reached: {error.GetBaseException().Message}"),
        _ => new CallOutcome.InDoubt($"the client failed: {error.GetBaseException().Message}", null),
    };

    private static CallOutcome Of(int status, ReplyHeaders headers, string body, string message, DateTimeOffset now)
    {
        var reply = new ErrorReply(status, headers, body.Length > 0 ? body : message, null);
        return CompatibleError.Read(reply.Json).Of(reply, now);
    }

    private static bool IsUnsent(Exception error) =>
        (error as HttpRequestException ?? error.InnerException as HttpRequestException)?.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;

    private static ReplyHeaders Headers(ClientResultException error) => new(error.GetRawResponse()?.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value)) ?? []);

    private static string Body(ClientResultException error) => error.GetRawResponse() is { Content: { } content } ? content.ToString() : "";
}
