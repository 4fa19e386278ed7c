internal import Logging
internal import Primitives

/// The keys of this server's metadata, in the order in which a line has them.
enum LogKey {
    /// The event in the words of OAuth; for a terminal, like the following ones.
    static let event = "event"
    /// A ``LoggedRequest/Mood``.
    static let mood = "mood"
    /// What a person should read under a refusal.
    static let advice = "advice"
    /// The URL of the entry in the journal.
    static let link = "link"

    private static let forTerminals = [event, mood, advice, link]
    private static let order = [
        "method", "path", "status", "ms", "number", "grant", "rpc", "tool", "peer", "error", "client", "fault",
        "trace_id", "why", "expected", "received", "hint", "reference", "cause", "mcp_url", "debug_url", "issuer",
        "client_id", "public_client_id", "default_credentials",
    ]

    /// The metadata of a line for programs: without what is for a terminal, where that is this server's own.
    static func ordered(_ values: Logger.Metadata) -> [(key: String, value: Logger.MetadataValue)] {
        let isOurs = values[mood] != nil
        let count = values.count - (isOurs ? forTerminals.count { values[$0] != nil } : 0)
        var found: [(key: String, value: Logger.MetadataValue)] = []
        found.reserveCapacity(count)
        for key in order {
            // Most events have few keys, and all are of the first ones.
            guard found.count < count else { return found }
            if let value = values[key] { found.append((key, value)) }
        }
        guard found.count < count else { return found }
        return found + others(values).filter { !isOurs || !forTerminals.contains($0.key) }
    }

    /// The metadata that this server does not use, by name.
    static func others(_ values: Logger.Metadata) -> [(key: String, value: Logger.MetadataValue)] {
        values.compactMap { order.contains($0.key) ? nil : ($0.key, $0.value) }.sorted { $0.key < $1.key }
    }

    /// The metadata of a request's line at a terminal that are not in its columns.
    static func furtherColumns(_ values: Logger.Metadata) -> [(key: String, value: Logger.MetadataValue)] {
        others(values).filter { !forTerminals.contains($0.key) }
    }
}

extension String {
    /// Appends pairs, each after a separator; keys of others are quoted like values.
    mutating func append(_ pairs: [(key: String, value: Logger.MetadataValue)], after separator: String) {
        for (key, value) in pairs {
            self += separator
            self += key.quoted
            self += "="
            self += value.text.quoted
        }
    }
}

extension Logger.MetadataValue {
    /// The value as text.
    var text: String {
        switch self {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array, .dictionary: description
        }
    }

    /// The value as JSON, in which every single value is text.
    var json: JSONValue {
        switch self {
        case .string, .stringConvertible: .string(text)
        case .array(let values): .array(values.map(\.json))
        case .dictionary(let values):
            .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
        }
    }
}
