using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conclave.EndToEnd.Running;

/// <summary>Vouches for certificates that are made on the spot.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 root;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
    }

    /// <summary>Its own certificate, for who shall trust it.</summary>
    public string Pem => root.ExportCertificatePem();

    /// <summary>A certificate for a host, good for a year that ends so many days from now.</summary>
    public X509Certificate2 Certify(string host, int endsInDays)
    {
        using var own = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var end = DateTimeOffset.UtcNow.AddDays(endsInDays);
        using var signed = request.Create(root, end.AddDays(-365), end, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(own);
    }

    public void Dispose()
    {
        root.Dispose();
        key.Dispose();
    }
}
