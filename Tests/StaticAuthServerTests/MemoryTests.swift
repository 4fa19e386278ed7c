import TestSupport
import Testing

@Suite("A server with its own memory")
struct MemoryTests {
    @Test(
        "Clients see every promise kept", .proves(.c14, .e17, .e18, .e19, .e21, .f4, .f5, .f8, .i11),
        arguments: FlowConformance.allCases)
    func conforms(promise: FlowConformance) async throws {
        try await promise.check(nil)
    }
}
