/// API keys that some servers require in the query of their URL.
///
/// They are used for the current request, reported, and never stored or shown.
public enum KeyInAddress {
    private static let names: Set<String> = [
        "api_key", "apikey", "api-key", "key", "token", "access_token", "secret", "auth",
    ]

    /// The names of the parameters that look like keys.
    public static func found(in url: String) -> [String] {
        parameters(of: url).map(name).filter(isKey)
    }

    /// The URL without such parameters.
    public static func removed(from url: String) -> String {
        let kept = parameters(of: url).filter { !isKey(name(of: $0)) }
        return url.withoutQuery + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }

    /// Whether a parameter's name is that of a key.
    static func isKey(_ name: String) -> Bool { names.contains(name.lowercased()) }

    private static func name(of parameter: String) -> String { String(parameter.unicodeScalars.prefix { $0 != "=" }) }

    private static func parameters(of url: String) -> [String] {
        let scalars = url.unicodeScalars
        guard let mark = scalars.firstIndex(of: "?") else { return [] }
        return scalars[scalars.index(after: mark)...].prefix { $0 != "#" }.split(separator: "&").map(String.init)
    }
}
