using System.Globalization;

namespace Conclave.Tests.Crashes;

/// <summary>Where a process dies: at its so many-th visit of a place.</summary>
internal sealed record KillPoint(string Place, int Visit)
{
    /// <summary>Any place: the so many-th door that the process passes at all.</summary>
    public const string AnyPlace = "any";

    public static KillPoint Parse(string text) =>
        text.Split('#') is [var place, var visit] ? new KillPoint(place, int.Parse(visit, CultureInfo.InvariantCulture)) : new KillPoint(text, 1);

    public override string ToString() => Visit == 1 ? Place : string.Create(CultureInfo.InvariantCulture, $"{Place}#{Visit}");
}
