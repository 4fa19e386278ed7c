import OAuth
import OAuthServer
import Primitives
import Synchronization
import Testing
import TestSupport

@Suite struct PasswordCheckTests {
    private let setup = ServerUnderTest()

    private func logIn(_ name: String, _ password: String, peer: String = "peer") throws -> String? {
        try setup.server.authorization.authenticate(name: name, password: Secret(password), peer: peer)?.name
    }

    @Test("A user authenticates by name and password together")
    func passwords() throws {
        #expect(try logIn("demo_user", "demo_password") == "demo_user")
        #expect(try logIn("demo_user", "demo") == nil)
        #expect(try logIn("demo", "demo_password") == nil)
        #expect(try logIn("", "") == nil)
    }

    @Test("Ten failures a minute are allowed, for known and unknown names alike")
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

    @Test("A success resets the count")
    func success() throws {
        for _ in 1...3 {
            for _ in 1...9 { #expect(try logIn("demo_user", "wrong") == nil) }
            #expect(try logIn("demo_user", "demo_password") == "demo_user")
        }
    }

    @Test("A user name that is like no other is not repeated, because it may be a password in the wrong field")
    func unknownName() {
        func received(_ name: String) -> String? {
            setup.server.authorization.explanation(name: name, password: Secret("x")).received?.text
        }
        #expect(received("correct-horse-battery")?.contains("horse") == false)
        #expect(received("demo-user") == "the user 'demo-user'")
    }

    #if DEBUG
    @Test("As much is hashed for an unknown name as for one that exists", arguments: [0, 1, 43, 1000, 8192])
    func work(length: Int) throws {
        for password in [String(repeating: "a", count: length), String(repeating: "+ ", count: length / 2)] {
            // The names are equally long.
            let known = try work(name: "demo_user", password)
            let unknown = try work(name: "demo_usex", password)
            #expect(known == unknown)
            #expect(known.reduce(0, +) > length)
        }
    }

    /// The lengths of everything hashed while a login is refused and explained.
    private func work(name: String, _ password: String) throws -> [Int] {
        let setup = ServerUnderTest { $0.users.append(User(name: "ann", passwordDigest: Digest(of: "x"))) }
        let hashed = Mutex<[Int]>([])
        try Digest.$meter.withValue({ length in hashed.withLock { $0.append(length) } }) { () throws in
            let secret = Secret(password)
            let endpoint = setup.server.authorization
            let user = try endpoint.authenticate(name: name, password: secret, peer: "peer")
            #expect(user == nil)
            _ = endpoint.explanation(name: name, password: secret)
        }
        return hashed.withLock { $0 }
    }
    #endif

    @Test("Seconds to wait are rounded up")
    func retryAfter() {
        #expect(TooManyAttempts(retryAfter: .milliseconds(1)).retryAfterSeconds == 1)
        #expect(TooManyAttempts(retryAfter: .seconds(60)).retryAfterSeconds == 60)
    }
}
