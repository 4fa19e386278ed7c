internal import Primitives

/// The envelope of a modern request: its metadata in `params._meta`.
///
/// MCP 2026-07-28, basic, "Per-request protocol fields". The form of the client's name is checked, then it is dropped:
/// no behaviour may depend on it.
struct RequestMetadata: Sendable {
    /// The protocol version in the client's spelling, supported or not.
    let version: String
    /// The client's capabilities for this request.
    let clientCapabilities: JSONObject
    /// The token for progress notifications, a string or an integer; nil when the client wants none.
    let progressToken: JSONValue?

    /// Reads the envelope.
    ///
    /// - Parameter isInSession: whether the request names a session, which this revision does not have.
    /// - Throws: `-32602` naming everything that is missing or of the wrong type.
    init(of request: Message.Request, isInSession: Bool = false) throws(JSONRPCError) {
        let keys = (version: MetaKey.protocolVersion, capabilities: MetaKey.clientCapabilities)
        guard let meta = request.meta else {
            throw JSONRPCError(
                .invalidParams,
                "Invalid params: '_meta' must be an object with '\(keys.version)' and '\(keys.capabilities)'",
                Explanation(
                    expected: "params._meta with '\(public: keys.version)', a string, and "
                        + "'\(public: keys.capabilities)', an object",
                    received: request.params[MetaKey.meta].map { "\($0.kind) as params._meta" } ?? "no params._meta",
                    hint: Self.hint(ofLacking: request, isInSession)))
        }
        var problems: [(key: String, demand: String)] = []
        let version = meta[keys.version]?.string
        if version == nil { problems.append((keys.version, "a string")) }
        let capabilities = meta[keys.capabilities]?.object
        if capabilities == nil { problems.append((keys.capabilities, "an object (it may be {})")) }
        if let client = meta[MetaKey.clientInfo], !client.isImplementation {
            problems.append((MetaKey.clientInfo, "an object with the strings 'name' and 'version'"))
        }
        if let level = meta[MetaKey.logLevel], !MetaKey.logLevels.contains(level.string ?? "") {
            problems.append((MetaKey.logLevel, "one of \(MetaKey.logLevels.joined(separator: ", "))"))
        }
        let token = meta[MetaKey.progressToken]
        if let token, RequestID(token) == nil { problems.append((MetaKey.progressToken, "a string or an integer")) }
        guard problems.isEmpty, let version, let capabilities else {
            throw JSONRPCError(
                .invalidParams,
                "Invalid params: in '_meta' "
                    + problems.map { "'\($0.key)' must be \($0.demand)" }.joined(separator: "; "),
                Explanation(
                    expected: SafeText(
                        problems.map { "\(public: $0.demand) as '\(public: $0.key)'" }, separator: " and "),
                    received: SafeText(
                        problems.map { key, _ in
                            meta[key].map { "\($0.kind) as '\(public: key)'" } ?? "no '\(public: key)'"
                        }, separator: " and "),
                    hint: meta.versionClaim == nil ? Self.hint(ofLacking: request, isInSession) : nil))
        }
        self.version = version
        clientCapabilities = capabilities
        progressToken = token
    }

    /// The reason why a request without a version lacks one.
    private static func hint(ofLacking request: Message.Request, _ isInSession: Bool) -> SafeText {
        if request.meta.map(seemsMeant) == true {
            return "The keys in _meta have a prefix: '\(public: MetaKey.protocolVersion)' and "
                + "'\(public: MetaKey.clientCapabilities)'."
        }
        if request.params["meta"]?.object != nil { return "'meta' was sent: the name is '_meta'." }
        if Method.ofModernAlone.contains(request.method) {
            return
                "'\(public: request.method)' is a method of 2026-07-28, in which every request names its revision in "
                + "params._meta."
        }
        if request.method == Method.initialize.rawValue {
            return
                "MCP-Protocol-Version names a revision that has no initialize. Leave the header out to open a session."
        }
        return isInSession
            ? "MCP-Protocol-Version names a revision without sessions, and this request is in one. Send the revision that "
                + "the answer to initialize named."
            : "MCP-Protocol-Version names a revision in which every request says so in its body as well."
    }

    /// Whether a `_meta` has keys of the envelope without their prefix.
    static func seemsMeant(_ meta: JSONObject) -> Bool {
        meta.versionClaim == nil && ["protocolVersion", "clientCapabilities"].contains { meta[$0] != nil }
    }
}

/// The keys of `_meta` that have a meaning here; others are ignored.
package enum MetaKey {
    package static let meta = "_meta"
    package static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    package static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    package static let clientInfo = "io.modelcontextprotocol/clientInfo"
    package static let logLevel = "io.modelcontextprotocol/logLevel"
    package static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    package static let serverInfo = "io.modelcontextprotocol/serverInfo"
    package static let progressToken = "progressToken"

    package static let logLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]
}

extension JSONValue {
    /// Whether this is an `Implementation` of the schemas.
    var isImplementation: Bool {
        guard let object else { return false }
        return object["name"]?.string != nil && object["version"]?.string != nil
    }
}

extension JSONObject {
    /// The `_meta` of these `params`.
    var meta: JSONObject? { self[MetaKey.meta]?.object }

    /// The version in this `_meta`; only this key makes a request modern.
    var versionClaim: JSONValue? { self[MetaKey.protocolVersion] }
}
