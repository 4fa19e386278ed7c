internal import Primitives

/// The handshake of the legacy revisions.
///
/// MCP 2025-11-25, basic/lifecycle, "Initialization".
struct Initialize {
    /// The revision of the session: the requested one if it is supported, otherwise our newest with a handshake.
    let version: ProtocolVersion

    /// Reads the parameters.
    ///
    /// - Throws: `-32602`; never because of the version.
    init(_ params: JSONObject) throws(JSONRPCError) {
        guard let requested = params["protocolVersion"]?.string else {
            throw Self.refusal(of: "protocolVersion", in: params, demanding: "a string")
        }
        guard params["capabilities"]?.object != nil else {
            throw Self.refusal(of: "capabilities", in: params, demanding: "an object (it may be {})")
        }
        guard params["clientInfo"]?.isImplementation == true else {
            throw Self.refusal(
                of: "clientInfo", in: params, demanding: "an object with the strings 'name' and 'version'")
        }
        let known = ProtocolVersion(rawValue: requested)
        version = known.flatMap { $0.era == .legacy ? $0 : nil } ?? .newestLegacy
    }

    private static func refusal(of name: String, in params: JSONObject, demanding demand: String) -> JSONRPCError {
        JSONRPCError(
            .invalidParams, "Invalid params: '\(name)' must be \(demand)",
            Explanation(
                expected: "\(public: demand) as '\(public: name)'",
                received: params[name].map { "\($0.kind) as '\(public: name)'" } ?? "no '\(public: name)'"))
    }

    func result(_ description: ServerDescription) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue),
            "capabilities": .object(ServerDescription.capabilities),
            "serverInfo": .object(description.implementation(for: version)),
        ]
        result["instructions"] = description.instructions.map(JSONValue.string)
        return result
    }
}

extension JSONValue {
    /// Whether this message is `initialize`.
    var isInitialize: Bool { object?[Member.method]?.string == Method.initialize.rawValue }
}
