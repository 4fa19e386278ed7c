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
            throw JSONRPCError(.invalidParams, "Invalid params: 'protocolVersion' must be a string")
        }
        guard params["capabilities"]?.object != nil else {
            throw JSONRPCError(.invalidParams, "Invalid params: 'capabilities' must be an object (it may be {})")
        }
        guard params["clientInfo"]?.isImplementation == true else {
            throw JSONRPCError(
                .invalidParams, "Invalid params: 'clientInfo' must be an object with the strings 'name' and 'version'")
        }
        let known = ProtocolVersion(rawValue: requested)
        version = known.flatMap { $0.era == .legacy ? $0 : nil } ?? .newestLegacy
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
