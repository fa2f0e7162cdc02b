namespace Conclave.Tests.Promises;

/// <summary>
/// The tests of one promise (see <c>docs/promises.md</c>). Each check is a function over parts. Run with the real parts it finds nothing; run with one
/// part replaced by a broken double (<see cref="MutationAttribute"/>) it must complain, which shows that the test can fail.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PromiseAttribute(int number) : Attribute
{
    public int Number { get; } = number;
}

/// <summary>The same check with one part replaced by a broken double.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MutationAttribute : Attribute;
