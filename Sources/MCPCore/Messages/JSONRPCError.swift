public import Primitives

/// A refusal of a request, as a JSON-RPC error.
///
/// JSON-RPC 2.0 §5.1, with the codes that MCP 2026-07-28 adds (basic, "Error Codes"). The HTTP status is not part of
/// it: that depends on the era and on the check that failed.
public struct JSONRPCError: Error, Equatable, Sendable {
    /// The kinds of errors; the raw value is the number on the wire.
    public enum Code: Int, Sendable, CaseIterable {
        /// The body is not JSON.
        case parseError = -32700
        /// The body is JSON but not a message that may be sent here.
        case invalidRequest = -32600
        /// The method is not served.
        case methodNotFound = -32601
        /// The parameters do not fit the method.
        case invalidParams = -32602
        /// The server failed.
        case internalError = -32603
        /// An HTTP header contradicts the body.
        case headerMismatch = -32020
        /// The request needs a capability that its client did not declare.
        case missingRequiredClientCapability = -32021
        /// The protocol version is not served.
        case unsupportedProtocolVersion = -32022
    }

    /// The kind of error.
    public let code: Code
    /// The cause and what to do about it, for the client's developer.
    public let message: String
    /// Details for programs.
    public let data: JSONObject?
    /// The comparison behind the error, for the client's developer; it is not written with the error.
    public private(set) var explanation: Explanation?

    /// Makes an error, with an explanation if there was a comparison.
    public init(_ code: Code, _ message: String, data: JSONObject? = nil, _ explanation: Explanation? = nil) {
        self.code = code
        self.message = message
        self.data = data
        self.explanation = explanation
    }

    /// The members of the `error` object, with more in its `data`.
    func json(adding members: [(String, JSONValue)]) -> JSONObject {
        var object: JSONObject = ["code": JSONValue(code.rawValue), "message": .string(message)]
        let data = members.isEmpty ? data : JSONObject((data?.members.map { ($0.name, $0.value) } ?? []) + members)
        object["data"] = data.map(JSONValue.object)
        return object
    }

    /// The same error with a comparison.
    func comparing(expected: SafeText, received: SafeText) -> JSONRPCError {
        var error = self
        error.explanation = Explanation(expected: expected, received: received, hint: explanation?.hint)
        return error
    }

    /// The same error with another explanation.
    func explained(_ explanation: Explanation) -> JSONRPCError {
        var error = self
        error.explanation = explanation
        return error
    }

    /// The same error about a header, which may have no value at all.
    private func hintingAtHeader(_ value: String) -> JSONRPCError {
        guard value.isEmpty else { return self }
        var error = self
        error.explanation?.received = "\(public: HeaderName.protocolVersion) without a value"
        error.explanation?.hint = "The variable that should hold the revision is empty."
        return error
    }
}

extension JSONRPCError {
    /// Refuses a method that the client's era does not have.
    static func unknownMethod(_ method: String, in era: ProtocolVersion.Era) -> JSONRPCError {
        let known: [Method] =
            switch era {
            case .modern: [.discover, .listTools, .callTool, .listen]
            case .legacy: [.initialize, .ping, .listTools, .callTool]
            }
        let names = known.map(\.rawValue)
        if NotificationName.isOne(method) {
            return JSONRPCError(
                .methodNotFound, "Method not found: \(method.excerpt)",
                Explanation(
                    expected: "'\(public: method)' without an id", received: "'\(public: method)' with an id",
                    hint: "An id makes it a request. Leave it out: notifications get no answer."))
        }
        let hint: SafeText? =
            if Method.ofServers.contains(method) {
                "A server sends this request, and its client answers it. This server sends no requests."
            } else if era == .modern, ["initialize", "ping", "logging/setLevel"].contains(method) {
                "Revision 2026-07-28 has removed it."
            } else if era == .legacy, Method.ofModernAlone.contains(method) {
                "It is a method of 2026-07-28, in which every request names its revision in params._meta. The revisions "
                    + "with sessions do not have it."
            } else if ["prompts/", "resources/", "completion/", "logging/", "tasks/"].contains(where: method.hasPrefix)
            {
                "The server's capabilities list tools only."
            } else {
                SpellingSuggestion.name(to: method, among: names).map { "Did you mean '\(public: $0)'?" }
            }
        return JSONRPCError(
            .methodNotFound, "Method not found: \(method.excerpt)",
            Explanation(expected: SafeText(list: names), received: "'\(public: method)'", hint: hint))
    }

    /// Lists the supported versions.
    ///
    /// Legacy versions are listed as well, because `initialize` reaches them; except when a modern envelope names a
    /// version of their time, where listing them would contradict the refusal.
    ///
    /// - Parameter isInEnvelope: whether `params._meta` names the version.
    static func unsupportedVersion(_ requested: String, isInEnvelope: Bool = true) -> JSONRPCError {
        let age = VersionAge(requested)
        let isOfSessions = isInEnvelope && (age == .ofSessions || age == .old)
        let supported = isOfSessions ? ProtocolVersion.modern : ProtocolVersion.allCases
        let names = supported.map(\.rawValue)
        return JSONRPCError(
            .unsupportedProtocolVersion,
            isOfSessions
                ? "Unsupported protocol version for a request with _meta: open a session with initialize for it"
                : "Unsupported protocol version: use one of data.supported",
            data: ["supported": .array(names.map { .string($0) }), "requested": .string(requested.excerpt)],
            Explanation(
                expected: SafeText(list: names), received: "'\(public: requested)'",
                hint: hint(ofUnsupported: requested, isOfSessions, age, names)))
    }

    private static func hint(
        ofUnsupported requested: String, _ isOfSessions: Bool, _ age: VersionAge, _ supported: [String]
    ) -> SafeText {
        if isOfSessions {
            return ProtocolVersion(rawValue: requested) == nil
                ? "Revisions before \(public: supported.last ?? "") are not named in _meta. They open a session with "
                    + "initialize, which agrees on one that both sides know."
                : "This revision opens a session with initialize, and says nothing in _meta."
        }
        switch age {
        case .old:
            return
                requested == "2024-11-05"
                ? "It is older than every revision here, and its transport with two endpoints is not served."
                : "It is older than every revision here."
        case .ofSessions, .new, .noDate:
            return SpellingSuggestion.name(to: requested, among: supported).map { "Did you mean '\(public: $0)'?" }
                ?? "Take the newest that both sides know."
        }
    }

    /// Refuses a version in a header; several fields are joined to one list (RFC 9110 §5.3).
    static func unsupportedVersion(inHeader requested: String) -> JSONRPCError {
        let error = unsupportedVersion(requested, isInEnvelope: false)
        let values = requested.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingSpaces() }
        guard values.count > 1 else { return error.hintingAtHeader(requested) }
        let hint: SafeText =
            if values.contains("") {
                "One of them has no value: leave that out, and send the header once."
            } else if Set(values).count == 1 {
                "The value is there \(values.count) times: two parts of the client add the header. Send it once."
            } else {
                "The header names \(values.count) revisions. Send it once, with the one that the message follows."
            }
        return JSONRPCError(
            error.code, "\(HeaderName.protocolVersion) occurs \(values.count) times: send it once", data: error.data,
            Explanation(
                expected: "\(public: HeaderName.protocolVersion) once",
                received: "\(public: HeaderName.protocolVersion): \(public: requested)", hint: hint))
    }

    /// Refuses a stream, because too many are open or because the server is stopping.
    static func noStream(_ message: String, _ subscriptions: Subscriptions) -> JSONRPCError {
        guard !subscriptions.isEnded else {
            return JSONRPCError(
                .internalError, "The server is stopping: connect again later",
                Explanation(expected: "a server that runs", received: "one that is stopping"))
        }
        return JSONRPCError(
            .internalError, message,
            Explanation(
                expected: "no more open streams than a client needs", received: "one more than there may be",
                hint: "Close streams that nobody reads."))
    }
}

extension String {
    /// The beginning of a client's text, so that an answer does not grow with the text it refuses.
    var excerpt: String {
        let longest = 100
        return unicodeScalars.prefix(longest + 1).count > longest ? String(unicodeScalars.prefix(longest)) + "…" : self
    }
}
