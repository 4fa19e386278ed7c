import Foundation
@testable import OAuth
@testable import OAuthServer

/// An accepted redirect URI is registered or leads to this machine, in every reading of it; the answer leads to the
/// same place with the state unchanged.
///
/// The input is the URI and, after a line feed, the state.
enum RedirectURITarget: Target {
    static let name = "redirect-uri"

    private static let registered = ["http://localhost:3031/callback", "https://app.example/cb", "cursor://app/cb?x=1"]
    private static let loopback: Set = ["localhost", "127.0.0.1", "[::1]"]

    static func feed(_ input: [UInt8]) {
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let text = parts[0]
        for mode in RedirectMatch.allCases {
            let client = RegisteredClient(id: "a", secretDigest: nil, redirectURIs: registered, redirectMatch: mode)
            guard let resolved = RedirectURIMatch(client: client, names: SettingNames()).resolve(text) else { continue }
            promise(resolved == text, "the answer goes where the request said")
            promise(text.utf8.count <= 2048 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "it is a short URI")
            promise(!text.contains("#"), "it has no fragment")
            if !registered.contains(text) {
                promise(mode != .exact, "only a registered URI is exact")
                promise(text.hasPrefix("http://"), "only http may differ")
                for host in [HostOpinion.foundation(text), HostOpinion.browser(text)] {
                    let name = host?.lowercased() ?? ""
                    promise(
                        loopback.contains(name) || name.hasSuffix(".localhost"),
                        "the host is this machine, not \(host ?? "nil")")
                }
            }
            feed(redirectURI: resolved, state: parts.count == 2 ? parts[1] : nil)
        }
    }

    private static func feed(redirectURI: String, state: String?) {
        let response = AuthorizationResponse(
            redirectURI: redirectURI, outcome: .code(Secret("abc")), state: state, issuer: "http://localhost:1")
        guard let before = URI(redirectURI), let after = URI(response.location) else {
            fatalError("broken promise: the answer's location is a URI")
        }
        promise(
            (before.scheme, before.host, before.path) == (after.scheme, after.host, after.path), "the place is the same"
        )
        promise(before.port == after.port && after.userinfo == nil && after.fragment == nil, "nothing else is added")
        promise((after.query ?? "").hasPrefix(before.query ?? ""), "the URI's own query stays")
        guard let answer = try? FormParameters(decoding: (after.query ?? "").dropFirst((before.query ?? "").count).utf8)
        else { fatalError("broken promise: the answer is a form") }
        promise(answer.values(.state) == (state.map { $0.isEmpty ? [] : [$0] } ?? []), "the state is as it came")
        promise(answer.values(.code) == ["abc"], "there is one code")
    }
}
