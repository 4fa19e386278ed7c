internal import MCPCore
internal import OAuth
internal import Primitives

/// One HTTP request of the client.
struct WebRequest: Sendable {
    enum Method: String { case get = "GET", post = "POST", delete = "DELETE", options = "OPTIONS" }

    var method: Method
    var url: String
    var fields: [(name: String, value: String)]
    var body: [UInt8]
    /// Whether the request may be repeated when its connection broke before an answer: it only reads.
    var isRepeatable: Bool

    init(_ method: Method, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        isRepeatable = method == .get
    }

    /// A request for a JSON document.
    static func document(_ url: String) -> WebRequest {
        WebRequest(.get, url, fields: [("Accept", "application/json")])
    }

    /// The header field that presents an access token.
    ///
    /// RFC 6750 §2.1.
    static func authorization(_ token: Secret) -> (name: String, value: String) {
        ("Authorization", "Bearer \(token.reveal())")
    }

    /// A posted form that expects a JSON document.
    static func form(_ url: String, _ parameters: FormParameters) -> WebRequest {
        WebRequest(
            .post, url,
            fields: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Array(parameters.encoded.utf8))
    }
}

/// The head of an answer.
struct WebHead: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The values of all fields with a name, in any case.
    func values(_ name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name.lowercased() == name }.map(\.value)
    }

    func first(_ name: String) -> String? { values(name).first }

    /// The media type without parameters, in lower case; the first one where a proxy has joined several fields.
    var mediaType: String {
        let value = first("content-type") ?? ""
        return String(value.prefix { !";, ".contains($0) }).lowercased()
    }

    /// The target of a redirect that was not followed, as the rest of a sentence; empty when this is none.
    var unfollowedRedirect: String {
        guard (300..<400).contains(status), let target = first("location") else { return "" }
        let shown = target.withoutQuery.printable()
        // The end of a sentence takes no colon or full stop before it.
        return ", which redirects to \(shown.hasSuffix(":") || shown.hasSuffix(".") ? "'\(shown)'" : shown)"
    }

    /// The challenges of a refusal.
    var challenges: [Challenge] { Challenge.parse(values("www-authenticate")) }
}

/// A whole answer.
struct WebResponse: Sendable {
    let head: WebHead
    let body: [UInt8]
    /// The URL that answered, for messages, with the one of the request when that redirected here.
    let place: String

    init(head: WebHead, body: [UInt8], place: String) {
        (self.head, self.body, self.place) = (head, body, place)
    }

    var status: Int { head.status }

    /// The body as a JSON object; nil when it is something else.
    var json: JSONObject? { (try? JSONParser.parse(body.withoutByteOrderMark))?.object }

    /// The kind of body in place of a JSON object; without any text of the body.
    var form: String {
        if body.isEmpty { return "nothing" }
        do {
            switch try JSONParser.parse(body.withoutByteOrderMark) {
            case .object: return "a JSON object"
            case .array: return "a JSON array"
            default: return "JSON that is no object"
            }
        } catch {
            let isForm = head.mediaType == "application/x-www-form-urlencoded" || looksLikeForm
            if isForm { return "a form (application/x-www-form-urlencoded)" }
            if head.mediaType == "text/html" { return "an HTML page" }
            guard head.mediaType == "application/json" else { return "text that is not JSON" }
            return "what is not JSON (\(error.problem), at byte \(error.offset))"
        }
    }

    /// Whether the body is names and values without white space, whatever its type.
    private var looksLikeForm: Bool {
        body.contains(UInt8(ascii: "=")) && body.prefix { $0 != UInt8(ascii: "=") }.count < 100
            && body.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "{") }
    }
}

extension [UInt8] {
    /// The text without the byte order mark that some editors and servers add (RFC 8259 §8.1 lets a reader ignore it).
    var withoutByteOrderMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
