internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

extension FaultRule {
    /// The maximum size of the body in a fault, in bytes.
    static let largestBody = 64 << 10
    /// The maximum delay, in milliseconds.
    static let longestDelay = 300_000

    /// Reads a fault posted to `/debug/faults`.
    ///
    /// - Throws: the first mistake.
    init(_ document: DebugDocument) throws(DebugDocument.Invalid) {
        try document.allowOnly(["endpoint", "match", "times", "fault"])
        guard let part = try document.document("fault") else { throw document.problem("fault", "an object") }
        fault = try Fault(part)
        match = try FaultMatch(document)
        times = try Self.times(document)
        guard case .mcp(let kind) = fault.effect else {
            if match.endpoint == nil, document.object["endpoint"]?.string != Self.anyEndpoint {
                throw document.problem("endpoint", oneOf: FaultMatch.endpoints)
            }
            return
        }
        guard match.endpoint == nil || match.endpoint == .mcp else {
            throw document.problem("endpoint", "mcp, or nothing, with fault.mcp")
        }
        if document.object["times"] == nil { times = kind.times }
        kind.narrow(&match)
    }

    fileprivate static let anyEndpoint = "any"

    /// The number of times: a number or `always`; the default is once.
    private static func times(_ document: DebugDocument) throws(DebugDocument.Invalid) -> Int? {
        switch document.object["times"] {
        case nil: return 1
        case "always": return nil
        case let value?:
            guard let number = value.number?.intValue, number >= 1 else {
                throw document.problem("times", "a whole number from 1, or always")
            }
            return number
        }
    }
}

extension DebugDocument {
    /// The posted document in a form that may be shown: body and header fields of a fault may hold secrets.
    func shown(_ secrets: SecretScanner) -> JSONObject { Self.shown(object, areFields: false, secrets) }

    private static func shown(_ object: JSONObject, areFields: Bool, _ secrets: SecretScanner) -> JSONObject {
        JSONObject(
            object.members.map { name, value in
                switch value {
                case .object(let inner):
                    (name, .object(shown(inner, areFields: name == "headers", secrets)))
                case .string(let text) where areFields:
                    (name, .string(Redacted(field: name, text, secrets).text))
                case .string(let text):
                    (name, .string((name == "body" ? Redacted(Secret(text)) : Redacted(message: text, secrets)).text))
                default: (name, value)
                }
            })
    }
}

extension FaultMatch {
    fileprivate static let endpoints = EndpointName.allCases.map(\.rawValue) + [FaultRule.anyEndpoint]

    fileprivate init(_ document: DebugDocument) throws(DebugDocument.Invalid) {
        if document.object["endpoint"]?.string != FaultRule.anyEndpoint, document.object["endpoint"] != nil {
            guard let name = document.object["endpoint"]?.string.flatMap(EndpointName.init(rawValue:)) else {
                throw document.problem("endpoint", oneOf: Self.endpoints)
            }
            endpoint = name
        }
        guard let match = try document.document("match") else { return }
        try match.allowOnly([
            "method", "jsonrpc_method", "tool", "grant_type", "parameters", "headers", "bearer", "session",
        ])
        method = try match.text("method")
        jsonRPCMethod = try match.text("jsonrpc_method")
        tool = try match.text("tool")
        bearer = try match.truth("bearer")
        session = try match.truth("session")
        if let type: GrantType = try match.choice("grant_type") { parameters = [(.grantType, type.rawValue)] }
        if let part = try match.document("parameters") {
            for (name, value) in try part.texts() {
                guard let known = Self.publicParameters.first(where: { $0.rawValue == name }) else {
                    let names = Self.publicParameters.map(\.rawValue).joined(separator: ", ")
                    throw part.problem(name, "no such parameter; public ones are \(names)")
                }
                parameters.append((known, value))
            }
        }
        if let part = try match.document("headers") {
            headers = try part.texts()
            for header in headers where Self.secretFields.contains(header.name.lowercased()) {
                throw part.problem(
                    header.name, "no field with a secret; match.bearer and match.session say whether it is there")
            }
        }
    }

    private static let secretFields = [
        "authorization", "cookie", HeaderName.session.lowercased(), "proxy-authorization",
    ]
}

extension Fault {
    private enum Drop: String, CaseIterable {
        case beforeHeaders = "before-headers"
        case midBody = "mid-body"
    }

    fileprivate init(_ document: DebugDocument) throws(DebugDocument.Invalid) {
        try document.allowOnly(["delay_ms", "status", "headers", "body", "drop", "preset", "mcp"])
        delay = try document.number("delay_ms", 0...FaultRule.longestDelay).map { .milliseconds($0) }
        let kinds = ["status", "drop", "preset", "mcp"].filter { document.object[$0] != nil }
        guard kinds.count + (delay == nil ? 0 : 1) > 0 else {
            throw document.problem("status", "a status, drop, preset, mcp or delay_ms")
        }
        if kinds.count > 1 { throw document.problem(kinds[1], "only one of status, drop, preset and mcp") }
        for name in ["headers", "body"] where document.object[name] != nil && kinds.first != "status" {
            throw document.problem(name, "no \(name) without status")
        }
        switch kinds.first {
        case "drop":
            let drop: Drop? = try document.choice("drop")
            effect = drop == .midBody ? .tear : .silence
        case "preset": effect = try document.choice("preset").map { .preset($0) }
        case "mcp": effect = try document.choice("mcp").map { .mcp($0) }
        case "status": effect = .answer(try Self.answer(document))
        default: break
        }
    }

    private static func answer(_ document: DebugDocument) throws(DebugDocument.Invalid) -> HTTPResponse {
        // A status below 200 is no final answer (RFC 9110 §15.2).
        var response = HTTPResponse(HTTPStatus(try document.number("status", 200...599) ?? 200))
        if let headers = try document.document("headers") {
            for (name, value) in try headers.texts() {
                try check(name, value, headers)
                response.fields.append(name, value)
            }
        }
        guard let body = document.object["body"] else { return response }
        guard let text = body.string, text.utf8.count <= FaultRule.largestBody else {
            throw document.problem("body", "text of \(FaultRule.largestBody) bytes at most")
        }
        response.body = .bytes(Array(text.utf8))
        return response
    }

    /// RFC 9110 §5.1 and §5.5; a fault must not set fields that the edge writes, or those of CORS.
    private static func check(
        _ name: String, _ value: String, _ document: DebugDocument
    ) throws(DebugDocument.Invalid) {
        let isToken = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(byte) && !#""(),/:;<=>?@[\]{}"#.utf8.contains(byte)
        }
        guard isToken, !name.isEmpty else { throw document.problem(name, "a name that HTTP allows") }
        let lowercased = name.lowercased()
        guard !writtenByEdge.contains(lowercased), !lowercased.hasPrefix("access-control-") else {
            throw document.problem(name, "another field; this one the server writes itself")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw document.problem(name, "a value without control characters")
        }
    }

    private static let writtenByEdge = ["connection", "content-length", "date", "transfer-encoding", "upgrade"]
}
