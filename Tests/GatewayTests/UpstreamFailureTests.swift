import HTTPEdge
import MCPClient
import Testing

@testable import Gateway

@Suite("Failures of servers in the gateway's words")
struct UpstreamFailureTests {
    private static let hostile = "<script>alert(1)</script>"

    @Test("No failure repeats what a server sent, whatever its kind", arguments: ClientError.Kind.allCases)
    func words(kind: ClientError.Kind) {
        for code in [nil, "timeout", "403", Self.hostile, "error with spaces"] {
            let error = ClientError(kind, "It said \(Self.hostile).", code: code)
            for failure in [GatewayError(upstream: error), GatewayError(login: error)] {
                #expect(!failure.words.contains("script") && !failure.words.contains("spaces"))
            }
        }
    }

    @Test("A code of OAuth is named, and a timeout is one")
    func codes() {
        let refused = GatewayError(login: ClientError(.authorizationRefused, "no", code: "access_denied"))
        #expect(refused.words.contains("access_denied") && refused.status.code == 400)
        #expect(refused.code == .authorizationRequired)
        let late = GatewayError(upstream: ClientError(.network, "late", code: "timeout"))
        #expect((late.code, late.status.code) == (.timeout, 504))
        let gone = GatewayError(upstream: ClientError(.network, "gone", code: "unreachable"))
        #expect((gone.code, gone.status.code) == (.serverUnreachable, 502))
    }
}
