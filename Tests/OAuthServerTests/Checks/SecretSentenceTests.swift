import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

@Suite("What refusals say about secrets")
struct SecretSentenceTests {
    private enum Endpoint: CaseIterable { case token, revoke, introspect }

    private static let ids = ["client", "public", "stranger", nil]
    private static let secrets = [nil, "s3cret%3A%2B%25%2F", "wrong"]

    private func setup(_ authentication: TokenAuthentication, hasPublic: Bool) -> ServerUnderTest {
        ServerUnderTest(authentication: authentication) { configuration in
            guard hasPublic else { return }
            configuration.otherClients = [
                RegisteredClient(
                    id: "public", secretDigest: nil, redirectURIs: configuration.client.redirectURIs,
                    authentication: .none)
            ]
        }
    }

    /// The refusal of a request; nil when the client is accepted.
    private func refusal(
        _ setup: ServerUnderTest, _ endpoint: Endpoint, _ id: String?, _ secret: String?, byHeader: Bool
    ) async throws -> OAuthError? {
        var pairs = endpoint == .token ? ["grant_type=client_credentials"] : ["token=x"]
        var authorization: [String] = []
        if byHeader, let id, let secret {
            authorization = ["Basic " + Base64.standard.encode(Array("\(id):\(secret)".utf8))]
        } else {
            pairs += [("client_id", id), ("client_secret", secret)].compactMap { name, value in
                value.map { "\(name)=\($0)" }
            }
        }
        let parameters = try form(pairs.joined(separator: "&"))
        do {
            switch endpoint {
            case .token:
                _ = try await setup.server.token.respond(
                    to: parameters, authorization: authorization, origin: ServerUnderTest.origin, peer: "")
            case .revoke:
                try await setup.server.revocation.respond(to: parameters, authorization: authorization, peer: "")
            case .introspect:
                _ = try await setup.server.introspection.respond(
                    to: parameters, authorization: authorization, peer: "")
            }
            return nil
        } catch let error as OAuthError {
            return error
        }
    }

    @Test(
        "They are true of the client, the endpoint and the server's settings", arguments: TokenAuthentication.allCases,
        [true, false])
    func truth(authentication: TokenAuthentication, hasPublic: Bool) async throws {
        for endpoint in Endpoint.allCases {
            for id in Self.ids {
                for secret in Self.secrets {
                    for byHeader in [true, false] {
                        let setup = setup(authentication, hasPublic: hasPublic)
                        guard
                            let error = try await refusal(setup, endpoint, id, secret, byHeader: byHeader)
                        else { continue }
                        check(error, endpoint, id, authentication, hasPublic: hasPublic)
                    }
                }
            }
        }
    }

    private func check(
        _ error: OAuthError, _ endpoint: Endpoint, _ id: String?, _ authentication: TokenAuthentication, hasPublic: Bool
    ) {
        let explanation = error.explanation
        let hint = explanation?.hint?.text ?? ""
        let all = [error.description, explanation?.expected?.text ?? "", hint].joined(separator: " ")
        let comment: Comment = "\(endpoint) \(id ?? "-") \(authentication): \(all)"
        let hasSecret = endpoint == .introspect || authentication != .none
        if ["this client has a secret", "'client' has", "take client 'client'"].contains(where: hint.contains) {
            #expect(hasSecret, comment)
        }
        if hint.contains("this client") { #expect(id == "client", comment) }
        if hint.contains("public here") { #expect(id == "client" && !hasSecret, comment) }
        if hint.contains("'public'") || all.contains("or 'public' without") {
            #expect(hasPublic, comment)
            #expect(endpoint != .introspect || id == "public" && hint.contains("'client'"), comment)
        }
        if hint.contains("'public' has no secret") { #expect(id == "public", comment) }
        if id == "stranger" || id == "public" && !hasPublic {
            #expect(explanation?.expected?.text.hasPrefix("client_id 'client'") == true, comment)
            #expect(explanation?.received?.text == "client_id '\(id ?? "")'", comment)
        }
        if id == nil { #expect(!all.contains("send both"), comment) }
    }

    @Test("The client with a secret is told to send it, and at introspection even when it is public elsewhere")
    func missing() async throws {
        let alone = try await refusal(setup(.any, hasPublic: true), .token, "client", nil, byHeader: false)
        #expect(
            alone?.explanation?.hint?.text
                == "client_id came without client_secret: this client has a secret and has to send it. Client 'public' has "
                + "none.")
        let elsewhere = try await refusal(setup(.none, hasPublic: true), .introspect, "client", nil, byHeader: false)
        #expect(
            elsewhere?.explanation?.hint?.text
                == "client_id came without client_secret, which this endpoint takes although the token endpoint takes none."
        )
        let needless = try await refusal(setup(.none, hasPublic: true), .token, "client", "wrong", byHeader: false)
        #expect(needless?.explanation?.hint?.text == "'client' is public here: leave the secret out.")
        let both = try await refusal(setup(.none, hasPublic: true), .token, "public", nil, byHeader: false)
        #expect(both?.explanation?.hint?.text == "'public' has no secret to prove itself.")
    }
}
