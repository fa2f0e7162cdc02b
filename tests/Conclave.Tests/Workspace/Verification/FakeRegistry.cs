using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>A registry on the loopback that speaks as much of npm's and of the Python index as their clients ask for.</summary>
internal sealed class FakeRegistry : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentDictionary<string, byte[]> pages = new();
    private readonly Task serving;

    public FakeRegistry()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        listener.Prefixes.Add(Address);
        listener.Start();
        serving = Serve();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}/";

    /// <summary>The paths that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Adds a package for npm.</summary>
    public void AddNpm(string name, string script, string scripts = "{}")
    {
        var manifest = $$"""{"name":"{{name}}","version":"1.0.0","main":"index.js","scripts":{{scripts}}}""";
        pages[$"/{name}/-/{name}-1.0.0.tgz"] = Tarball(("package/package.json", manifest), ("package/index.js", script));
        pages[$"/{name}"] = Encoding.UTF8.GetBytes($$$"""
            {"name":"{{{name}}}","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"{{{name}}}","version":"1.0.0","hasInstallScript":true,"scripts":{{{scripts}}},
            "dist":{"tarball":"{{{Address}}}{{{name}}}/-/{{{name}}}-1.0.0.tgz"} } } }
            """);
    }

    /// <summary>Adds a wheel.</summary>
    public void AddPython(string name, string module, string source)
    {
        var wheel = $"{name}-1.0-py3-none-any.whl";
        pages[$"/simple/{name}/"] = Encoding.UTF8.GetBytes($"<!DOCTYPE html><html><body><a href=\"/wheels/{wheel}\">{wheel}</a></body></html>");
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (file, text) in new[]
            {
                (module, source),
                ($"{name}-1.0.dist-info/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
                ($"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
                ($"{name}-1.0.dist-info/RECORD", $"{module},,\n{name}-1.0.dist-info/METADATA,,\n{name}-1.0.dist-info/WHEEL,,\n{name}-1.0.dist-info/RECORD,,\n"),
            })
            {
                using var writer = new StreamWriter(zip.CreateEntry(file).Open());
                writer.Write(text);
            }
        }

        pages[$"/wheels/{wheel}"] = bytes.ToArray();
    }

    public void Dispose()
    {
        listener.Close();
        serving.Wait(TimeSpan.FromSeconds(10));
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext request;
            try
            {
                request = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = request.Request.Url!.AbsolutePath;
            Asked.Enqueue(path);
            var found = pages.TryGetValue(path, out var page);
            request.Response.StatusCode = found ? 200 : 404;
            request.Response.ContentType = path.StartsWith("/simple/", StringComparison.Ordinal) ? "text/html" : path.Contains('.', StringComparison.Ordinal) ? "application/octet-stream" : "application/json";
            await request.Response.OutputStream.WriteAsync(page ?? "{}"u8.ToArray());
            request.Response.Close();
        }
    }

    private static byte[] Tarball(params (string Path, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, text) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return bytes.ToArray();
    }
}
