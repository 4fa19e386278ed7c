internal import MCPCore
internal import Primitives

/// Checks of access for web pages.
extension Doctor {
    /// Sends the preflight of a page on this machine.
    func pages(_ diagnosis: inout Diagnosis) async throws {
        let origin = "http://localhost:6274"
        let preflight = WebRequest(
            .options, server.text,
            fields: [
                ("Origin", origin), ("Access-Control-Request-Method", "POST"),
                (
                    "Access-Control-Request-Headers",
                    "authorization,content-type,\(HeaderName.protocolVersion.lowercased())"
                ),
            ])
        let (answer, why) = try await fetch(preflight)
        guard let answer, answer.head.isSuccess, let allowed = answer.head.first("access-control-allow-origin") else {
            return diagnosis.note(
                .cors, "the preflight gets \(why) and allows nothing; clients outside a browser do not mind")
        }
        diagnosis.pass(.cors, "the preflight gets \(why), allowed is \(allowed)")
        let probe = ModernMessage(id: 1, method: .discover, params: [:], version: .july2026)
        let request = WebRequest(.post, server.text, fields: probe.fields + [("Origin", origin)], body: probe.body)
        let exposed = try await fetch(request).0?.head.first("access-control-expose-headers")?.lowercased() ?? ""
        let hidden = ["www-authenticate", HeaderName.session.lowercased()].filter {
            !exposed.contains($0) && exposed != "*"
        }
        if hidden.isEmpty {
            diagnosis.pass(.exposedHeaders, "they are exposed")
        } else {
            diagnosis.note(.exposedHeaders, "not exposed: \(hidden.joined(separator: ", "))")
        }
    }
}
