using System.Runtime.CompilerServices;
using System.Text;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents;

/// <summary>
/// Takes the key out of an answer's own text, should a server say it there. An answer may well talk about keys, so only this very one is taken out, also
/// when it comes in pieces.
/// </summary>
internal static class AnswerRedaction
{
    public static async IAsyncEnumerable<ModelEvent> Without(Secret? secret, IAsyncEnumerable<ModelEvent> events, [EnumeratorCancellation] CancellationToken cancel)
    {
        var key = secret?.Reveal() ?? "";
        var held = new StringBuilder();
        await foreach (var happening in events.WithCancellation(cancel))
        {
            switch (happening)
            {
                case ModelEvent.Delta delta when key.Length >= Secret.ShortestKey:
                    var text = held.Append(delta.Text).ToString().Replace(key, Secret.Mask, StringComparison.Ordinal);
                    var keep = Overlap(text, key);
                    held.Clear().Append(text, text.Length - keep, keep);
                    if (keep < text.Length)
                    {
                        yield return new ModelEvent.Delta(text[..^keep]);
                    }

                    break;
                case ModelEvent.Ended when held.Length > 0:
                    yield return new ModelEvent.Delta(held.ToString());
                    held.Clear();
                    yield return happening;
                    break;
                default:
                    yield return happening;
                    break;
            }
        }
    }

    // How much at the end of a text may be the beginning of the key.
    private static int Overlap(string text, string key)
    {
        for (var length = Math.Min(text.Length, key.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(key.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
