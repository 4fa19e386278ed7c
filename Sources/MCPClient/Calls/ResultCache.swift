internal import Primitives

/// Caches results for as long as the server allows.
///
/// MCP 2026-07-28, server/utilities/caching. A private result is cached for one token only; a result without a `ttlMs`
/// above zero is not cached.
struct ResultCache {
    private struct Entry {
        let result: JSONObject
        let end: Duration
        /// The fingerprint of the token that a private result belongs to.
        let owner: String?
        let size: Int
    }

    /// The maximum size of all cached results in bytes.
    private static let capacity = 16 << 20

    private var size = 0
    private var entries: [String: Entry] = [:]

    func result(of method: String, _ params: JSONObject, owner: String?, now: Duration) -> JSONObject? {
        guard let entry = entries[Self.key(method, params)], now < entry.end, entry.owner == nil || entry.owner == owner
        else { return nil }
        return entry.result
    }

    mutating func keep(_ result: JSONObject, of method: String, _ params: JSONObject, owner: String?, now: Duration) {
        guard let lifetime = result["ttlMs"]?.number?.intValue, lifetime > 0 else { return }
        let isPublic = result["cacheScope"]?.string == "public"
        guard isPublic || owner != nil else { return }
        // A parsed object retains the whole message.
        let result = result.detached
        guard result.textSize <= Self.capacity / 4 else { return }
        let key = Self.key(method, params)
        size -= entries.removeValue(forKey: key)?.size ?? 0
        if entries.count >= 100 || size + result.textSize > Self.capacity { (entries, size) = ([:], 0) }
        size += result.textSize
        entries[key] = Entry(
            result: result, end: now + .milliseconds(lifetime), owner: isPublic ? nil : owner, size: result.textSize)
    }

    /// Removes the results of a method.
    mutating func forget(_ method: String) {
        entries = entries.filter { !$0.key.hasPrefix("\(method)\n") }
        size = entries.values.reduce(0) { $0 + $1.size }
    }

    private static func key(_ method: String, _ params: JSONObject) -> String {
        "\(method)\n" + String(decoding: JSONWriter.bytes(of: params), as: UTF8.self)
    }
}
