import TestSupport
import Testing

@Suite("A server with its own memory")
struct MemoryTests {
    @Test(
        "Clients see every promise kept",
        .proves(
            .codeIsBoundToItsRequest, .accessTokenEndsOnTime, .codeIsSpentOnce, .replayedCodeRevokes,
            .reuseRevokesTheFamily, .refreshTokensExpire),
        arguments: FlowConformance.allCases)
    func conforms(promise: FlowConformance) async throws {
        try await promise.check(nil)
    }
}
