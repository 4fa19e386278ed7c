internal import HTTPEdge
internal import OAuth
package import Primitives

/// Entries of the journal as an HTTP Archive, which browsers' developer tools can open.
///
/// HAR 1.2. Members that begin with an underscore are our own, as the format allows.
package struct HTTPArchive {
    private let entries: [JournalEntry]
    private let secrets: SecretScanner
    private let origin: String
    private let creator: (name: String, version: String)

    /// Makes the archive of entries.
    ///
    /// - Parameters:
    ///   - origin: scheme, host and port of all URLs.
    ///   - creator: the name and the version of the program that recorded them.
    package init(
        entries: [JournalEntry], secrets: SecretScanner, origin: String, creator: (name: String, version: String)
    ) {
        (self.entries, self.secrets, self.origin, self.creator) = (entries, secrets, origin, creator)
    }

    /// The archive.
    package var json: JSONObject {
        let creator: JSONValue = ["name": .string(creator.name), "version": .string(creator.version)]
        return [
            "log": ["version": "1.2", "creator": creator, "entries": .array(entries.map { .object(json(of: $0)) })]
        ]
    }

    private func json(of entry: JournalEntry) -> JSONObject {
        let wait = JSONValue(entry.duration.milliseconds)
        var object: JSONObject = [
            "startedDateTime": .string(entry.time.iso8601), "time": wait, "request": .object(request(of: entry)),
            "response": .object(response(of: entry)), "cache": [:],
            "timings": ["send": 0, "wait": wait, "receive": 0], "_id": JSONValue(entry.number),
            "_endpoint": .string(entry.endpoint.rawValue),
        ]
        object["_flow"] = entry.flow.map { JSONValue($0) }
        object["_fault"] = entry.fault.map { .string($0.text) }
        object["_scenario"] = entry.scenario.map { .string($0) }
        object["_trace"] = entry.trace.map { .object($0.json) }
        object["_explanation"] = entry.explanation.map { .object($0.json) }
        return object
    }

    private func request(of entry: JournalEntry) -> JSONObject {
        let query = entry.query.map { FormCoding.encode($0.name.text) + "=" + FormCoding.encode($0.value.text) }
        var object: JSONObject = [
            "method": .string(entry.method),
            "url": .string(
                origin + Self.encoded(entry.path.text) + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))),
            "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": Self.pairs(entry.requestFields.shown(secrets)),
            "queryString": Self.pairs(entry.query.map { ($0.name.text, $0.value) }), "headersSize": -1,
            "bodySize": JSONValue(entry.requestBody?.count ?? 0),
        ]
        if let body = entry.requestBody {
            let type = JSONValue.string(body.mediaType(secrets) ?? "")
            var data: JSONObject = ["mimeType": type, "text": .string(body.text(secrets))]
            // A form is written in both ways, like browsers do; readers support one or the other.
            data["params"] = body.form.map { Self.pairs($0.map { ($0.name.text, $0.value) }) }
            object["postData"] = .object(data)
        }
        return object
    }

    private func response(of entry: JournalEntry) -> JSONObject {
        var content: JSONObject = [
            "size": JSONValue(entry.responseBody?.count ?? 0),
            "mimeType": .string(entry.responseBody?.mediaType(secrets) ?? ""),
        ]
        content["text"] = entry.responseBody.map { .string($0.text(secrets)) }
        let fields = entry.responseFields.shown(secrets)
        let target = fields.first { $0.name.lowercased() == "location" }?.value.text
        return [
            "status": JSONValue(entry.status), "statusText": .string(HTTPStatus(entry.status).phrase),
            "httpVersion": "HTTP/1.1", "cookies": [], "headers": Self.pairs(fields), "content": .object(content),
            "redirectURL": .string(target ?? ""), "headersSize": -1,
            "bodySize": entry.responseBody.map { JSONValue($0.count) } ?? 0,
        ]
    }

    /// Encodes a path, whose fingerprints hold characters that a URL must not have.
    private static func encoded(_ path: String) -> String {
        path.unicodeScalars.map { scalar in
            let isPlain = scalar.isASCII && !" [],".unicodeScalars.contains(scalar)
            return isPlain ? String(scalar) : FormCoding.encode(String(scalar))
        }.joined()
    }

    private static func pairs(_ pairs: [(name: String, value: Redacted)]) -> JSONValue {
        .array(pairs.map { ["name": .string($0.name), "value": .string($0.value.text)] })
    }
}
