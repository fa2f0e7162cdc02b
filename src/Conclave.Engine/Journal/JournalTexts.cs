namespace Conclave.Engine.Journal;

/// <summary>Loading long texts.</summary>
public static class JournalTexts
{
    /// <summary>The text, read from its blob if nobody has yet.</summary>
    /// <exception cref="BlobDamagedException">The journal has no such blob, or other bytes under its name.</exception>
    public static async Task<string> Load(this IJournal journal, StoredText text, CancellationToken cancel)
    {
        if (!text.IsLoaded)
        {
            text.Load((await journal.RequireBlob(text.Blob!.Value, cancel)).Text);
        }

        return text.Text;
    }

    /// <summary>A blob that an entry names, which therefore must be there.</summary>
    /// <exception cref="BlobDamagedException">It is not, or has other bytes.</exception>
    public static async Task<Blob> RequireBlob(this IJournal journal, BlobId id, CancellationToken cancel) =>
        await journal.ReadBlob(id, cancel) ?? throw new BlobDamagedException(id, BlobDamagedException.Missing);
}
