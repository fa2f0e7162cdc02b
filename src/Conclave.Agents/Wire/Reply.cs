namespace Conclave.Agents.Wire;

/// <summary>A reply with a good status whose body is still to come.</summary>
/// <param name="Body">As it comes from the connection: SDKs read ahead, drop what looks unfinished, and even send a request again.</param>
/// <param name="Owner">Disposed when the attempt is over; it gives the connection back or closes it.</param>
internal sealed record Reply(Stream Body, ReplyHeaders Headers, IDisposable Owner) : IDisposable
{
    public void Dispose() => Owner.Dispose();
}
