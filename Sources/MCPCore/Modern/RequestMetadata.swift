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
    /// - Throws: `-32602` naming everything that is missing or of the wrong type.
    init(of request: Message.Request) throws(JSONRPCError) {
        let keys = (version: MetaKey.protocolVersion, capabilities: MetaKey.clientCapabilities)
        guard let meta = request.meta else {
            throw JSONRPCError(
                .invalidParams,
                "Invalid params: '_meta' must be an object with '\(keys.version)' and '\(keys.capabilities)'",
                Explanation(
                    expected: "params._meta with '\(public: keys.version)', a string, and "
                        + "'\(public: keys.capabilities)', an object",
                    received: request.params[MetaKey.meta].map { "\($0.kind) as params._meta" } ?? "no params._meta",
                    hint: Self.hint(ofLacking: request)))
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
                    hint: meta.versionClaim == nil ? Self.hint(ofLacking: request) : nil))
        }
        self.version = version
        clientCapabilities = capabilities
        progressToken = token
    }

    /// The reason why a request without a version lacks one: its header alone made it modern.
    private static func hint(ofLacking request: Message.Request) -> SafeText {
        request.method == Method.initialize.rawValue
            ? "MCP-Protocol-Version names a revision that has no initialize. Leave the header out to open a session."
            : "MCP-Protocol-Version names a revision in which every request says so in its body as well."
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
