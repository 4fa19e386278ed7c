import Testing
import TestSupport

@Suite("A server with memory stores")
struct MemoryTests {
    @Test(
        "It keeps every rule that clients see",
        .proves(
            .codeIsBoundToItsRequest, .accessTokenEndsOnTime, .codeIsSpentOnce, .replayedCodeRevokes,
            .reuseRevokesTheFamily, .refreshTokensExpire),
        arguments: FlowConformance.allCases)
    func conforms(promise: FlowConformance) async throws {
        try await promise.check(nil)
    }
}
