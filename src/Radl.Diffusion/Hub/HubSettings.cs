namespace Radl.Diffusion.Hub;

/// <summary>Which hub is asked, as whom, and where its files are kept.</summary>
public sealed record HubSettings
{
    /// <summary>The hub that is asked unless another one is named.</summary>
    public static Uri PublicEndpoint { get; } = new("https://huggingface.co");

    /// <summary>Base address of the hub, http or https; a path in it is kept.</summary>
    public Uri Endpoint { get; init; } = PublicEndpoint;

    /// <summary>Access token, or null. It is sent to the endpoint's own host alone, and is never part of a message.</summary>
    public string? Token { get; init; }

    /// <summary>The hub cache, shared with other programs that keep the same layout.</summary>
    public required string CacheRoot { get; init; }

    /// <summary>Silence after which a connection counts as dead. One minute by default.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Reads <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c> and the cache's place; see <see cref="CacheRootFrom"/>.</summary>
    /// <param name="variable">Looks up an environment variable.</param>
    /// <param name="home">The user's home folder.</param>
    /// <param name="endpoint">Instead of <c>HF_ENDPOINT</c>, or null.</param>
    /// <param name="cache">Instead of the usual cache, or null.</param>
    /// <exception cref="ArgumentException">The endpoint is not an http or https address.</exception>
    public static HubSettings FromEnvironment(Func<string, string?> variable, string home, string? endpoint = null, string? cache = null)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new HubSettings
        {
            Endpoint = Given(endpoint) is { } named ? ParseEndpoint(named, "--endpoint")
                : Given(variable("HF_ENDPOINT")) is { } set ? ParseEndpoint(set, "HF_ENDPOINT")
                : PublicEndpoint,
            Token = Given(variable("HF_TOKEN")?.Trim()),
            CacheRoot = Given(cache) is { } folder ? Path.GetFullPath(folder) : CacheRootFrom(variable, home),
        };
    }

    /// <summary>The hub cache: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>XDG_CACHE_HOME/huggingface/hub</c>, else <c>~/.cache/huggingface/hub</c>.</summary>
    /// <param name="variable">Looks up an environment variable.</param>
    /// <param name="home">The user's home folder.</param>
    public static string CacheRootFrom(Func<string, string?> variable, string home)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(home);
        if ((Given(variable("HF_HUB_CACHE")) ?? Given(variable("HUGGINGFACE_HUB_CACHE"))) is { } cache)
        {
            return Path.GetFullPath(cache);
        }
        string hubHome = Given(variable("HF_HOME")) ?? Path.Combine(Given(variable("XDG_CACHE_HOME")) ?? Path.Combine(home, ".cache"), "huggingface");
        return Path.GetFullPath(Path.Combine(hubHome, "hub"));
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Endpoint} (cache {CacheRoot})";

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static Uri ParseEndpoint(string text, string source)
    {
        bool isUsable = Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;
        // The text may hold a password, so it is not repeated.
        return isUsable ? uri! : throw new ArgumentException($"{source}: an http or https address without user, query and fragment is needed");
    }
}
