using Conclave.Benchmarks;

// dotnet run -c Release --project bench/Conclave.Benchmarks [-- NAME]
// Each figure stands beside one that the machine gave in the same run, so that a ratio means something on any machine.
var benchmarks = new Dictionary<string, Func<string, Task>>(StringComparer.Ordinal)
{
    ["appends"] = AppendBenchmark.Run,
    ["phases"] = PhaseBenchmark.Run,
    ["recovery"] = RecoveryBenchmark.Run,
};
Console.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}");
foreach (var name in args.Length > 0 ? args : [.. benchmarks.Keys])
{
    if (!benchmarks.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"there is no benchmark `{name}`; there are: {string.Join(", ", benchmarks.Keys)}");
        return 2;
    }

    var folder = Directory.CreateTempSubdirectory("conclave-bench-");
    try
    {
        await run(folder.FullName);
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}

return 0;
