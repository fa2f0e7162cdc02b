using System.Text;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Engine.Journal;

public sealed class EntryTests
{
    [Fact]
    public void Every_kind_of_entry_has_a_stable_name_survives_its_bytes_and_is_folded()
    {
        var kinds = typeof(EntryBody).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(EntryBody))).Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(kinds.Order(), SampleEntries.All.Select(entry => entry.Body.GetType().Name).Distinct().Order());

        SessionState? state = null;
        SessionSummary? summary = null;
        foreach (var entry in SampleEntries.Entries())
        {
            var bytes = entry.Body.ToBytes();
            var read = EntryBody.Read(entry.Body.Kind(), bytes);
            Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(read.ToBytes()));
            state = SessionFold.Apply(state, entry with { Body = read });
            summary = SessionSummary.Apply(summary, entry with { Body = read });
        }

        Assert.Equal((SessionStatus.Cancelled, 0.0123m, 0m, 20m), (state!.Status, state.SpentUsd, state.ReservedUsd, state.BudgetUsd));
        Assert.Equal((state.Status, state.SpentUsd, state.Seq), (summary!.Status, summary.SpentUsd, summary.Seq));
    }

    /// <summary>The wire form of released kinds never changes; a change here needs a new version of the kind and an upgrade path.</summary>
    [Fact]
    public void The_wire_form_of_each_kind_is_pinned() => Snapshot.Matches(
        "entries.ndjson",
        string.Concat(SampleEntries.Entries().Select(entry => $"{entry.Body.Kind()} {Encoding.UTF8.GetString(entry.Body.ToBytes())}\n")));

    [Fact]
    public void A_kind_that_this_version_does_not_know_is_named() =>
        Assert.Contains("`phase-danced/9`", Assert.Throws<System.Text.Json.JsonException>(() => EntryBody.Read("phase-danced/9", "{}"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void Folding_in_two_parts_is_folding_at_once()
    {
        var entries = SampleEntries.Entries().ToList();
        var whole = entries.Aggregate((SessionState?)null, SessionFold.Apply)!;
        for (var cut = 1; cut < entries.Count; cut++)
        {
            var first = entries.Take(cut).Aggregate((SessionState?)null, SessionFold.Apply);
            var second = entries.Skip(cut).Aggregate(first, SessionFold.Apply)!;
            Assert.Equal((whole.Seq, whole.Status, whole.SpentUsd, whole.Files.Count, whole.Phases.Count), (second.Seq, second.Status, second.SpentUsd, second.Files.Count, second.Phases.Count));
        }
    }

    [Fact]
    public void The_chain_of_hashes_covers_the_hash_before_the_number_the_kind_and_every_byte()
    {
        var hash = EntryHash.Of(EntryHash.Start.Span, 1, "a/1", "{}"u8);
        Assert.Equal("f491afd079c6c2da", Convert.ToHexStringLower(hash)[..16]);
        Assert.NotEqual(hash, EntryHash.Of(hash, 1, "a/1", "{}"u8));
        Assert.NotEqual(hash, EntryHash.Of(EntryHash.Start.Span, 2, "a/1", "{}"u8));
        Assert.NotEqual(hash, EntryHash.Of(EntryHash.Start.Span, 1, "a/2", "{}"u8));
        Assert.NotEqual(hash, EntryHash.Of(EntryHash.Start.Span, 1, "a/1", "{ }"u8));
    }

    [Fact]
    public void A_text_over_4_KB_is_a_blob_and_a_shorter_one_stands_in_the_entry()
    {
        var (inline, longer) = (StoredText.From(new string('x', 4096)), StoredText.From(new string('x', 4097)));
        Assert.Null(inline.Blob);
        Assert.Equal(Blob.Of(longer.Text).Id, longer.Blob);
        var stored = (EntryBody.EffectDone)EntryBody.Read("effect-done/1", new EntryBody.EffectDone(DoorKey.OfSession("x"), longer).ToBytes());
        Assert.False(stored.Result.IsLoaded);
        Assert.Equal((longer.Blob, 4097), (stored.Result.Blob, stored.Result.Bytes));
    }
}
