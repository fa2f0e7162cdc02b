using System.Runtime.CompilerServices;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Promises;

public sealed partial class NeverPayTwiceTests
{
    /// <summary>Has lost a row when it is read again: the last but one.</summary>
    private sealed class LosesTheEntryBeforeTheLast(IJournal inner) : JournalDouble(inner)
    {
        public override async IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, [EnumeratorCancellation] CancellationToken cancel)
        {
            var all = new List<JournalEntry>();
            await foreach (var entry in Inner.Read(session, after, cancel))
            {
                all.Add(entry);
            }

            foreach (var entry in all.Where(entry => all.Count < 3 || entry != all[^2]))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Says that an append is durable while it is only in memory; the next one writes it. What is in memory when the process dies is gone.</summary>
    private sealed class AcknowledgesBeforeItIsDurable(IJournal inner) : JournalDouble(inner)
    {
        private Func<Task>? unwritten;

        public override Task<long> Acquire(SessionId session, string owner, CancellationToken cancel)
        {
            // A new owner: the memory of the one before it is gone.
            unwritten = null;
            return Inner.Acquire(session, owner, cancel);
        }

        public override async Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
        {
            if (expectedSequence == 0)
            {
                return await Inner.Append(session, epoch, expectedSequence, entries, cancel);
            }

            if (unwritten is { } write)
            {
                await write();
            }

            unwritten = () => Inner.Append(session, epoch, expectedSequence, entries, CancellationToken.None);
            return new AppendResult.Appended(expectedSequence + entries.Count);
        }
    }

    /// <summary>Takes what an owner writes that has been taken over.</summary>
    private sealed class SkipsTheFence(IJournal inner) : JournalDouble(inner)
    {
        public override async Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
        {
            var (newest, sequence) = (epoch, expectedSequence);
            while (true)
            {
                switch (await Inner.Append(session, newest, sequence, entries, cancel))
                {
                    case AppendResult.Fenced fenced:
                        newest = fenced.CurrentEpoch;
                        break;
                    case AppendResult.SequenceMoved moved:
                        sequence = moved.LastSeq;
                        break;
                    default:
                        return new AppendResult.Appended(expectedSequence + entries.Count);
                }
            }
        }
    }

    /// <summary>A client with its own retries, as the vendors' kits have them by default: asks again without a word.</summary>
    private sealed class RetriesBehindOurBack(IModelGateway inner) : IModelGateway
    {
        public ModelProfile? Profile(string provider, string model) => inner.Profile(provider, model);

        public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel) => inner.Admit(request, terms, cancel);

        public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (var _ in inner.Stream(request, cancel))
            {
            }

            await foreach (var happening in inner.Stream(request, cancel))
            {
                yield return happening;
            }
        }
    }

    /// <summary>A step that asks beside the door: nothing is written before it sends.</summary>
    private sealed class SendsWithoutAnAttempt(IModelGateway gateway) : IStep
    {
        public StepKind Kind { get; } = new("unjournaled") { NeedsAgent = true, NeedsPrompt = true };

        public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
        {
            var request = new ModelRequest("openai", "m1", null, [new ModelMessage(ModelRole.User, context.Render(context.Phase.Prompt!).Text)], 100, null, null);
            var answer = "";
            await foreach (var happening in gateway.Stream(request, cancel))
            {
                answer += happening is ModelEvent.Delta delta ? delta.Text : "";
            }

            return new StepResult.Succeeded(answer);
        }
    }
}
