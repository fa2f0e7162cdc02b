using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Agents.Keys;
using Conclave.Server.Hosting;

namespace Conclave.Server.Vendors;

/// <summary>Where a vendor's key comes from: a closed set.</summary>
public abstract record KeySource
{
    private KeySource()
    {
    }

    /// <summary>One word for it.</summary>
    public abstract string Kind { get; }

    /// <summary>The source as people know it; never the key.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the key.</summary>
    internal abstract Task<KeyReading> Read(string provider, TimeProvider clock);

    // A key that was given is used as it is; whether it can be one is checked here and not by the vendor.
    private static KeyReading Checked(Secret key, string name) => key.Problem is { } problem
        ? new KeyReading(null, new KeyProblem($"CONC433 the key from {name} can't be one: {problem}", "copy it again from the vendor's page, all of it and nothing else"))
        : new KeyReading(key, null);

    /// <summary>A variable of the environment.</summary>
    public sealed record Variable(string Names, Secret Key) : KeySource
    {
        /// <inheritdoc />
        public override string Kind => "environment";

        /// <inheritdoc />
        public override string Name => Names;

        internal override Task<KeyReading> Read(string provider, TimeProvider clock) => Task.FromResult(Checked(Key, Names));
    }

    /// <summary><c>keys.json</c>.</summary>
    public sealed record File(string Path, Secret Key) : KeySource
    {
        /// <inheritdoc />
        public override string Kind => "file";

        /// <inheritdoc />
        public override string Name => Path;

        internal override Task<KeyReading> Read(string provider, TimeProvider clock) => Task.FromResult(Checked(Key, Path));
    }

    /// <summary>A program that prints it.</summary>
    public sealed record Command(ImmutableArray<string> Arguments) : KeySource
    {
        /// <inheritdoc />
        public override string Kind => "command";

        /// <inheritdoc />
        public override string Name => System.IO.Path.GetFileName(Arguments[0]);

        internal override Task<KeyReading> Read(string provider, TimeProvider clock) => KeyCommand.Run(provider, Arguments, HostEnvironment.KeyVariables.Values.SelectMany(names => names), clock);
    }
}
