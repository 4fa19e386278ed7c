package import Primitives

/// An entry of the journal as JSON.
package struct JournalDocument {
    private let entry: JournalEntry
    private let secrets: SecretScanner

    /// Makes the document of an entry, without the secrets.
    package init(entry: JournalEntry, secrets: SecretScanner) {
        (self.entry, self.secrets) = (entry, secrets)
    }

    /// The entry, with its bodies as far as they were kept.
    package var json: JSONObject {
        var object: JSONObject = [
            "id": JSONValue(entry.number), "time": .string(entry.time.iso8601),
            "flow": entry.flow.map { JSONValue($0) } ?? .null, "endpoint": .string(entry.endpoint.rawValue),
            "method": .string(entry.method), "path": .string(entry.path.text), "status": JSONValue(entry.status),
            "duration_ms": JSONValue(entry.duration.milliseconds), "peer": .string(entry.peer),
        ]
        if let explanation = entry.explanation { object["explanation"] = .object(explanation.json) }
        object["fault"] = entry.fault.map { .string($0.text) }
        object["scenario"] = entry.scenario.map { .string($0) }
        object["trace"] = entry.trace.map { .object($0.json) }
        object["request"] = .object(message(entry.requestFields, entry.requestBody, query: entry.query))
        object["response"] = .object(message(entry.responseFields, entry.responseBody, query: []))
        return object
    }

    private func message(
        _ fields: RecordedFields, _ body: RecordedBody?, query: [(name: Redacted, value: Redacted)]
    ) -> JSONObject {
        var object: JSONObject = [:]
        if !query.isEmpty { object["query"] = Self.pairs(query.map { ($0.name.text, $0.value) }) }
        object["headers"] = Self.pairs(fields.shown(secrets))
        guard let body else { return object }
        var document: JSONObject = ["bytes": JSONValue(body.count)]
        document["type"] = body.mediaType(secrets).map { .string($0) }
        if let form = body.form {
            document["form"] = Self.pairs(form.map { ($0.name.text, $0.value) })
        } else {
            document["text"] = .string(body.text(secrets))
        }
        if body.isCut { document["cut"] = true }
        object["body"] = .object(document)
        return object
    }

    private static func pairs(_ pairs: [(name: String, value: Redacted)]) -> JSONValue {
        .array(pairs.map { ["name": .string($0.name), "value": .string($0.value.text)] })
    }
}
