internal import HTTPEdge

extension HTTPRequest {
    /// Whether it shows signs of a proxy: a field that proxies add, or HTTP/1.0.
    ///
    /// RFC 7239, RFC 9110 §7.6.3, and the fields of servers, clouds and tunnels. nginx uses HTTP/1.0 by default. A
    /// proxy may also add nothing at all.
    var showsProxy: Bool {
        isHTTP10
            || fields.all.contains { field in
                let name = field.name.lowercased()
                return Self.proxyFields.contains(name) || Self.proxyPrefixes.contains(where: name.hasPrefix)
            }
    }

    private static let proxyFields: Set = [
        "via", "forwarded", "x-real-ip", "true-client-ip", "x-client-ip", "client-ip", "x-cluster-client-ip",
        "x-remote-ip", "x-remote-addr", "x-proxyuser-ip", "x-scheme", "x-host", "x-url-scheme", "x-request-start",
        "x-real-port", "x-real-proto", "front-end-https", "wl-proxy-client-ip", "proxy-client-ip", "proxy-connection",
        "cdn-loop", "x-cloud-trace-context", "x-varnish", "x-arr-log-id", "x-arr-ssl", "x-bluecoat-via", "x-iorg-fbs",
        "http-client-ip", "x-coming-from", "x-proxy-id",
    ]

    private static let proxyPrefixes = [
        "x-forwarded", "x-original-", "x-rewrite-", "x-proxied-", "x-proxy-", "cf-", "fastly-", "fly-", "x-fly-",
        "x-envoy-", "x-amzn-", "x-amz-cf-", "cloudfront-", "x-azure-", "x-fd-", "x-appengine-", "x-goog-iap-",
        "x-google-",
        "ngrok-", "x-ngrok-", "tailscale-", "x-vercel-", "x-nf-", "x-akamai-", "akamai-", "x-heroku-", "x-render-",
        "x-railway-", "x-traefik-", "x-haproxy-", "x-nginx-", "x-sucuri-", "x-zerotier-", "x-localtunnel-",
    ]
}
