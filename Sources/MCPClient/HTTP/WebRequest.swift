internal import MCP
internal import OAuth

/// One HTTP request of the client.
struct WebRequest: Sendable {
    enum Method: String { case get = "GET", post = "POST", delete = "DELETE", options = "OPTIONS" }

    var method: Method
    var url: String
    var fields: [(name: String, value: String)]
    var body: [UInt8]

    init(_ method: Method, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    /// A request for a JSON document.
    static func document(_ url: String) -> WebRequest {
        WebRequest(.get, url, fields: [("Accept", "application/json")])
    }

    /// A posted form that wants a JSON document back.
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

    /// The values of all fields of a name.
    func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name }.map(\.value)
    }

    func first(_ name: String) -> String? { values(name).first }

    /// The media type without its parameters, in lower case.
    var mediaType: String {
        let value = first("content-type") ?? ""
        return String(value.prefix { $0 != ";" && $0 != " " }).lowercased()
    }

    /// The challenges of a refusal.
    var challenges: [Challenge] { Challenge.parse(values("www-authenticate")) }
}

/// A whole answer.
struct WebResponse: Sendable {
    let head: WebHead
    let body: [UInt8]

    var status: Int { head.status }

    /// The body as a JSON object; nil when it is anything else.
    var json: JSONObject? { (try? JSONParser.parse(body))?.object }
}
