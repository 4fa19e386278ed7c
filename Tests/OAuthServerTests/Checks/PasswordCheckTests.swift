import OAuth
import OAuthServer
import TestSupport
import Testing

@Suite struct PasswordCheckTests {
    private let setup = ServerUnderTest { $0.throttleCapacity = 2 }

    private func logIn(_ name: String, _ password: String, peer: String = "peer") throws -> String? {
        try setup.server.authorization.authenticate(name: name, password: Secret(password), peer: peer)?.name
    }

    @Test("A user is known by name and password together", .proves(.d3))
    func passwords() throws {
        #expect(try logIn("demo_user", "demo_password") == "demo_user")
        #expect(try logIn("demo_user", "demo") == nil)
        #expect(try logIn("demo", "demo_password") == nil)
        #expect(try logIn("", "") == nil)
    }

    @Test("Ten failures a minute are looked at, for known and unknown names alike", .proves(.d3))
    func throttling() throws {
        for name in ["demo_user", "stranger"] {
            for _ in 1...10 { #expect(try logIn(name, "wrong") == nil) }
            let error = #expect(throws: TooManyAttempts.self) { try logIn(name, "demo_password") }
            #expect(error?.retryAfter == .seconds(60))
        }
        #expect(try logIn("demo_user", "demo_password", peer: "another") == "demo_user")
        setup.clock.advance(by: .seconds(60))
        #expect(try logIn("demo_user", "demo_password") == "demo_user")
    }

    @Test("A success starts the count anew", .proves(.d3))
    func success() throws {
        for _ in 1...3 {
            for _ in 1...9 { #expect(try logIn("demo_user", "wrong") == nil) }
            #expect(try logIn("demo_user", "demo_password") == "demo_user")
        }
    }

    @Test("When the table is full, the pair that failed first is forgotten")
    func capacity() throws {
        for _ in 1...10 { _ = try logIn("demo_user", "wrong") }
        for stranger in ["a", "b"] {
            setup.clock.advance(by: .seconds(1))
            _ = try logIn(stranger, "wrong")
        }
        #expect(try logIn("demo_user", "demo_password") == "demo_user")
    }

    @Test("Seconds to wait are rounded up")
    func retryAfter() {
        #expect(TooManyAttempts(retryAfter: .milliseconds(1)).retryAfterSeconds == 1)
        #expect(TooManyAttempts(retryAfter: .seconds(60)).retryAfterSeconds == 60)
    }
}
