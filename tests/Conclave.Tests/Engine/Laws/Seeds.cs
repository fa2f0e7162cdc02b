namespace Conclave.Tests.Engine.Laws;

/// <summary>How many random cases a law is tried on: a sample in every run, many with <c>CONCLAVE_FULL_TESTS=1</c>. The same seed is the same case.</summary>
internal static class Seeds
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("CONCLAVE_FULL_TESTS") is not null;

    public static async Task Each(int sample, int full, Func<int, Task> law)
    {
        for (var seed = 0; seed < (Full ? full : sample); seed++)
        {
            try
            {
                await law(seed);
            }
            catch (Exception broken)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {broken.Message}", broken);
            }
        }
    }

    public static void Each(int sample, int full, Action<int> law) => Each(sample, full, seed =>
    {
        law(seed);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();
}
