internal import Primitives

/// What is stored of a session.
struct SessionRecord: Sendable {
    /// The URL of the server, in canonical form.
    let server: String
    /// The callback URL of the latest `connect`.
    var callback: String
    /// The listed origin that sent the latest `connect`; nil when it came from no page.
    var origin: String?
    /// The login under way, as a document.
    var attempt: JSONObject?
    /// The time at which the login under way began.
    var attemptedAt: Instant?
    /// Whether the server has been reached with this session.
    var isConnected = false

    init(server: String, callback: String, origin: String?) {
        (self.server, self.callback, self.origin) = (server, callback, origin)
    }

    // MARK: - The document

    private enum Member: String { case server, callback, origin, attempt, documents, attemptedAt, connected }

    /// The document, with those of the client's tokens.
    func document(_ documents: [String: [UInt8]]) -> JSONObject {
        var document: JSONObject = [
            Member.server.rawValue: .string(server), Member.callback.rawValue: .string(callback),
            Member.connected.rawValue: .bool(isConnected),
            Member.documents.rawValue: .object(
                JSONObject(
                    documents.sorted { $0.key < $1.key }.map {
                        ($0.key, .string(String(decoding: $0.value, as: UTF8.self)))
                    })),
        ]
        document[Member.origin.rawValue] = origin.map { .string($0) }
        document[Member.attempt.rawValue] = attempt.map { .object($0) }
        document[Member.attemptedAt.rawValue] = attemptedAt.map { JSONValue(Int($0.unixSeconds)) }
        return document
    }

    /// Reads a document; nil when it is damaged.
    static func read(_ document: JSONObject) -> (record: SessionRecord, documents: [String: [UInt8]])? {
        guard let server = document[Member.server.rawValue]?.string,
            let callback = document[Member.callback.rawValue]?.string,
            let members = document[Member.documents.rawValue]?.object?.members
        else { return nil }
        var record = SessionRecord(
            server: server, callback: callback, origin: document[Member.origin.rawValue]?.string)
        record.attempt = document[Member.attempt.rawValue]?.object
        record.attemptedAt = document[Member.attemptedAt.rawValue]?.number?.intValue.map { .seconds($0) }
        record.isConnected = document[Member.connected.rawValue]?.bool ?? false
        let documents = members.compactMap { member in member.value.string.map { (member.name, Array($0.utf8)) } }
        return (record, Dictionary(documents) { first, _ in first })
    }
}
