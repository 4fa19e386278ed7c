import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct RedirectURIMatchTests {
    private static let registered = [
        "http://localhost:3031/callback", "http://127.0.0.1", "https://app.example/cb", "cursor://app/cb?x=1",
    ]

    /// A redirect URI, percent-encoded where the query needs it, and the modes in which it is accepted.
    private static let matrix: [(String, Set<RedirectMatch>)] = [
        ("http://localhost:3031/callback", [.loopback, .port, .exact]),
        ("http://127.0.0.1", [.loopback, .port, .exact]),
        ("https://app.example/cb", [.loopback, .port, .exact]),
        ("cursor://app/cb?x=1", [.loopback, .port, .exact]),
        ("http://localhost:1/callback", [.loopback, .port]),
        ("http://localhost/callback", [.loopback, .port]),
        ("http://127.0.0.1:33418/", [.loopback, .port]),
        ("http://127.0.0.1/", [.loopback, .port]),
        ("http://localhost:3031/other", [.loopback]),
        ("http://localhost:3031/callback/x", [.loopback]),
        ("http://localhost:3031/callback?x=1", [.loopback]),
        ("http://127.0.0.1:3031/callback", [.loopback]),
        ("http://[::1]:3031/callback", [.loopback]),
        ("https://localhost:3031/callback", []),
        ("https://app.example:444/cb", []),
        ("https://app.example/cb/x", []),
        ("https://app.example/cb?x=1", []),
        ("https://evil.example/cb", []),
        ("cursor://app/cb", []),
        ("http://127.0.0.1.evil/", []),
        ("http://127.0.0.1@evil/", []),
        ("http://localhost.evil/callback", []),
        ("http://me@localhost:3031/callback", []),
        ("http://localhost:3031/callback%23x", []),
        ("http://localhost:3031/callback%23", []),
        ("http://localhost:3031\\@evil/", []),
        ("http://localhost:99999/callback", []),
        ("javascript:alert(1)", []),
        ("/callback", []),
        ("http://localhost/" + String(repeating: "x", count: 2048), []),
    ]

    @Test(
        "Each mode accepts its own URIs and no others",
        .proves(.untrustedRedirectIsNeverFollowed, .redirectURIMustMatch), arguments: matrix)
    func accepts(redirectURI: String, accepting: Set<RedirectMatch>) throws {
        for mode in RedirectMatch.allCases {
            #expect(isAccepted("&redirect_uri=" + redirectURI, mode, Self.registered) == accepting.contains(mode))
        }
    }

    @Test(
        "The redirect URI may be omitted only when one is registered",
        arguments: [
            (RedirectMatch.exact, ["http://localhost:1/cb"], true), (.port, ["https://app.example/cb"], true),
            (.port, ["http://localhost:1/cb"], false), (.loopback, ["https://app.example/cb"], false),
            (.exact, ["http://localhost:1/cb", "http://localhost:2/cb"], false),
        ])
    func absence(mode: RedirectMatch, registered: [String], isAccepted: Bool) {
        #expect(self.isAccepted("", mode, registered) == isAccepted)
    }

    private func isAccepted(_ redirectURI: String, _ mode: RedirectMatch, _ registered: [String]) -> Bool {
        let setup = ServerUnderTest(redirectMatch: mode, redirectURIs: registered)
        return (try? setup.decide("client_id=client" + redirectURI)) != nil
    }
}
