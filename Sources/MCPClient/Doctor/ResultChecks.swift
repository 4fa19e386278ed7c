internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of the results of the stateless revision.
extension Doctor {
    /// Checks `server/discover` and `tools/list`.
    ///
    /// MCP 2026-07-28, basic, "ResultType", server/discover, server/utilities/caching, and
    /// basic/transports/streamable-http, "Earlier Streamable HTTP Revisions".
    func results(_ visit: DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard diagnosis.outcome(of: .modern) == .passed else { return }
        var faults: [String] = []
        for method in [Method.discover, .listTools] {
            let (answer, _) = try await show(visit.accessToken, method)
            if answer?.head.first(HeaderName.session) != nil {
                faults.append("\(method.rawValue) comes with Mcp-Session-Id")
            }
            // Other checks report a missing result.
            guard let result = answer?.result(of: 1) else { continue }
            let lacking = Self.lacking(in: result, of: method)
            if !lacking.isEmpty {
                faults.append("\(method.rawValue) lacks \(lacking.joined(separator: ", "))")
            }
        }
        diagnosis.judge(.results, faults.isEmpty, faults.isEmpty ? "they have" : faults.joined(separator: "; "))
    }

    /// The members that are missing or of the wrong type.
    private static func lacking(in result: JSONObject, of method: Method) -> [String] {
        var lacking: [String] = []
        if result["resultType"]?.string == nil { lacking.append("resultType") }
        if (result["ttlMs"]?.number?.intValue ?? -1) < 0 { lacking.append("ttlMs") }
        if !["public", "private"].contains(result["cacheScope"]?.string) { lacking.append("cacheScope") }
        switch method {
        case .discover:
            if result["supportedVersions"]?.texts.isEmpty ?? true { lacking.append("supportedVersions") }
            if result["capabilities"]?.object == nil { lacking.append("capabilities") }
        default: if result["tools"]?.array == nil { lacking.append("tools") }
        }
        return lacking
    }
}
