using System.Net;
using System.Net.Http.Headers;

namespace Radl.Diffusion.Hub;

/// <summary>Requests to a hub and to wherever it redirects them.</summary>
/// <remarks>
/// Redirects are followed by hand, because each one is a decision: the token goes to the endpoint's own origin alone, and a hub on the
/// public internet may not lead this machine to itself or its neighbours. Addresses are checked after the name was looked up and before
/// the connection is made to that very address, so a name cannot change its meaning in between.
/// </remarks>
internal sealed class HubConnection : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HubSettings _settings;
    private readonly TimeProvider _time;
    private readonly HubNetwork _network;
    private readonly HttpClient _client;

    // Null until the endpoint's name was looked up: a hub on this machine or in this network may lead to others there.
    private bool? _isEndpointPrivate;

    public HubConnection(HubSettings settings, TimeProvider time, HubNetwork network)
    {
        _settings = settings;
        _time = time;
        _network = network;
        if (IPAddress.TryParse(settings.Endpoint.DnsSafeHost, out IPAddress? literal))
        {
            _isEndpointPrivate = !PublicAddress.Is(literal);
        }
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = ConnectAsync,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("radl/" + typeof(HubConnection).Assembly.GetName().Version?.ToString(3));
        // Sizes, ranges and hashes are those of the stored bytes.
        _client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    /// <summary>Asks for a resource. The caller disposes the answer.</summary>
    /// <param name="uri">Where.</param>
    /// <param name="offset">First byte that is wanted; 0 for the whole.</param>
    /// <param name="tag">Strong entity tag that the earlier bytes had: if it has changed, the whole comes. Null for none.</param>
    /// <param name="cancellation">Ends the request and the reading of the answer.</param>
    /// <returns>An answer of status 200, of 206 or 416 where an offset was given.</returns>
    /// <exception cref="HubException">Any other answer, or none.</exception>
    public async Task<HubResponse> GetAsync(Uri uri, long offset, string? tag, CancellationToken cancellation)
    {
        var silence = new Silence(_settings.StallTimeout, _time, cancellation);
        try
        {
            for (int hop = 0; hop <= MostRedirects; hop++)
            {
                HttpResponseMessage answer = await SendAsync(uri, offset, tag, silence).ConfigureAwait(false);
                silence.Heard();
                bool isUsable = answer.StatusCode == HttpStatusCode.OK
                    || (offset > 0 && answer.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable);
                if (isUsable)
                {
                    return new HubResponse(answer, silence, uri);
                }
                using (answer)
                {
                    if (!IsRedirect(answer.StatusCode) || answer.Headers.Location is null)
                    {
                        throw HubErrors.Refused(uri, answer, _settings.Token is not null, _time);
                    }
                    uri = Follow(uri, answer.Headers.Location);
                }
            }
            throw new HubException($"{HubErrors.Shown(uri)}: more than {MostRedirects} redirects");
        }
        catch
        {
            silence.Dispose();
            throw;
        }
    }

    /// <summary>Where an answer leads on to.</summary>
    /// <exception cref="HubException">Not there: to a less safe scheme, or from the public internet to this machine or its neighbours.</exception>
    public Uri Follow(Uri from, Uri location)
    {
        var target = new Uri(from, location);
        bool isHttp = target.Scheme == Uri.UriSchemeHttp;
        if ((!isHttp && target.Scheme != Uri.UriSchemeHttps) || (isHttp && from.Scheme == Uri.UriSchemeHttps))
        {
            throw new HubException($"{HubErrors.Shown(from)}: the way on to {target.Scheme}://{target.Host} is refused: it is less safe than the address that was asked");
        }
        // Behind a proxy this is the only check of the target: the proxy makes the connection.
        bool isInside = target.IsLoopback || (IPAddress.TryParse(target.DnsSafeHost, out IPAddress? literal) && !PublicAddress.Is(literal));
        if (isInside && _isEndpointPrivate != true)
        {
            throw Inside(target.Host);
        }
        return target;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static bool IsSameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private async Task<HttpResponseMessage> SendAsync(Uri uri, long offset, string? tag, Silence silence)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
            request.Headers.IfRange = tag is null ? null : new RangeConditionHeaderValue(tag);
        }
        if (_settings.Token is { } token && IsSameOrigin(uri, _settings.Endpoint))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && silence.IsTooLong))
        {
            throw HubErrors.Broken(uri, error);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        string host = context.DnsEndPoint.Host;
        Uri? asked = context.InitialRequestMessage.RequestUri;
        bool isProxy = asked is null || !string.Equals(asked.IdnHost, host, StringComparison.OrdinalIgnoreCase);
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await _network.Resolve(host, cancellation).ConfigureAwait(false);
        if (!isProxy)
        {
            if (_isEndpointPrivate is null && string.Equals(host, _settings.Endpoint.IdnHost, StringComparison.OrdinalIgnoreCase))
            {
                _isEndpointPrivate = addresses.All(address => !PublicAddress.Is(address));
            }
            if (_isEndpointPrivate != true)
            {
                addresses = [.. addresses.Where(PublicAddress.Is)];
            }
            if (addresses.Length == 0)
            {
                throw Inside(host);
            }
        }
        return await ConnectFirstAsync(addresses, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<Stream> ConnectFirstAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await _network.Connect(new IPEndPoint(addresses[i], port), cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException && i + 1 < addresses.Length)
            {
                continue; // The next address of the same host may answer.
            }
        }
    }

    private static HubException Inside(string host) =>
        new($"the hub leads on to {host}, which lies on this machine or in a private network; a hub on the public internet has no reason to, so it is refused");
}
