internal import Primitives

/// Checks that the headers of a modern request match its body.
///
/// MCP 2026-07-28, basic/transports/streamable-http, "Server Validation": an intermediary acts on the headers, the
/// server on the body, so they must not differ. Every failure is `-32020`.
struct HeaderCheck {
    let headers: TransportHeaders

    /// Compares `MCP-Protocol-Version` with the version in the envelope.
    func version(_ version: String) throws(JSONRPCError) {
        do throws(JSONRPCError) {
            try compare(headers.protocolVersion, HeaderName.protocolVersion, with: version)
        } catch {
            guard ProtocolVersion(rawValue: version)?.era != .modern else { throw error }
            throw error.explained(Self.explanation(ofUnsupported: version, headers.protocolVersion))
        }
    }

    /// Explains headers that differ from a version in the envelope which would be refused with the right header, too.
    private static func explanation(ofUnsupported version: String, _ values: [String]) -> Explanation {
        let supported = ProtocolVersion.modern.map(\.rawValue)
        return Explanation(
            expected: "\(public: HeaderName.protocolVersion) and params._meta with \(SafeText(list: supported))",
            received:
                "'\(public: version)' in params._meta, and \(SafeText(field: HeaderName.protocolVersion, values))",
            hint: VersionAge(version) == .noDate || VersionAge(version) == .new
                ? "The version in _meta is not supported. Name one that is, in both places."
                : "The version in _meta is of a revision that opens a session with initialize and says nothing in _meta. "
                    + "Name another one in both places, or open a session.")
    }

    /// Compares `Mcp-Method`, and `Mcp-Name` for the methods that name something.
    ///
    /// A name that is missing in the body is reported by the method, which knows what it should be.
    func method(of request: Message.Request) throws(JSONRPCError) {
        try compare(headers.method, HeaderName.method, with: request.method)
        if let member = Self.nameMember(of: request.method), let name = request.params[member]?.string {
            try compare(headers.name, HeaderName.name, with: name) { (value) throws(JSONRPCError) in
                try HeaderValue.decode(value, of: HeaderName.name)
            }
        }
    }

    /// Refuses a notification whose headers contradict it; headers may be absent.
    func notification(_ notification: Message.Notification, version: String?) throws(JSONRPCError) {
        if let version, !headers.protocolVersion.isEmpty { try self.version(version) }
        if !headers.method.isEmpty { try compare(headers.method, HeaderName.method, with: notification.method) }
    }

    /// The member of the body that `Mcp-Name` repeats.
    private static func nameMember(of method: String) -> String? {
        switch method {
        case Method.callTool.rawValue, "prompts/get": "name"
        case "resources/read": "uri"
        default: nil
        }
    }

    private static func hint(_ value: String, insteadOf expected: String) -> SafeText {
        if value.isEmpty { return "It is there without a value: the variable that should hold it is empty." }
        if value.lowercased() == expected.lowercased() { return "They differ only in case, which counts in values." }
        let parts = value.split(separator: ",").map { $0.trimmingSpaces() }
        if parts.count > 1, Set(parts).count == 1 || parts.contains(expected) {
            return "The value is there \(parts.count) times, joined with commas. Send it once."
        }
        return "Set the header from the message that is sent, not once for the connection."
    }

    private func compare(
        _ values: [String], _ header: String, with expected: String,
        decode: (String) throws(JSONRPCError) -> String = { (value) throws(JSONRPCError) in value }
    ) throws(JSONRPCError) {
        do throws(JSONRPCError) {
            guard let value = try HeaderValue.single(values, of: header) else {
                throw JSONRPCError(
                    .headerMismatch, "\(header) header is missing: send it with the body's value '\(expected.excerpt)'",
                    Explanation(
                        hint: "Every request of this revision repeats its version, its method and its name in headers.")
                )
            }
            guard try decode(value).isExactly(expected) else {
                throw JSONRPCError(
                    .headerMismatch,
                    "\(header) header '\(value.excerpt)' does not match body value '\(expected.excerpt)'",
                    Explanation(
                        hint: Self.hint(value, insteadOf: expected)))
            }
        } catch {
            throw error.comparing(
                expected: "\(public: header): \(public: expected)", received: SafeText(field: header, values))
        }
    }
}
