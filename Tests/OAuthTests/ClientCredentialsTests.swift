import OAuth
import Primitives
import Testing
import TestSupport

@Suite struct ClientCredentialsTests {
    @Test(
        "A Basic header is read decoded and raw, whatever the case of its scheme",
        .proves(.basicCredentialsAreFormDecoded))
    func basic() throws {
        let value = "bAsIc " + Base64.standard.encode(Array("a%3Ab:s+1:%25".utf8))
        let credentials = try #require(try ClientCredentials(authorization: [value], parameters: form("")))
        #expect(credentials.method == .basic)
        #expect(
            credentials.candidates.map { [$0.id, $0.secret?.reveal()] } == [["a:b", "s 1:%"], ["a%3Ab", "s+1:%25"]])
    }

    @Test("A secret with a bare percent sign is read raw", .proves(.basicCredentialsAreFormDecoded))
    func rawOnly() throws {
        let value = "Basic " + Base64.standard.encode(Array("id:100%".utf8))
        let credentials = try #require(try ClientCredentials(authorization: [value], parameters: form("")))
        #expect(credentials.candidates.map { $0.secret?.reveal() } == ["100%"])
    }

    @Test("A body carries id and secret, or the id alone", .proves(.bodyCredentialsAreAccepted))
    func body() throws {
        let post = try #require(
            try ClientCredentials(authorization: [], parameters: form("client_id=a&client_secret=b")))
        #expect(post.method == .post)
        #expect(post.candidates.map { [$0.id, $0.secret?.reveal()] } == [["a", "b"]])
        let named = try #require(try ClientCredentials(authorization: [], parameters: form("client_id=a")))
        #expect(named.method == .none)
        #expect(try ClientCredentials(authorization: [], parameters: form("")) == nil)
    }

    @Test(
        "Two methods, or two clients, are invalid_request", .proves(.oneClientAuthentication),
        arguments: ["client_secret=b", "client_id=a&client_secret=b", "client_id=other"])
    func twice(body: String) throws {
        let value = "Basic " + Base64.standard.encode(Array("a:b".utf8))
        #expect(code { try ClientCredentials(authorization: [value], parameters: form(body)) } == .invalidRequest)
        #expect(code { try ClientCredentials(authorization: [value, value], parameters: form("")) } == .invalidRequest)
        #expect(try ClientCredentials(authorization: [value], parameters: form("client_id=a"))?.method == .basic)
    }

    @Test(
        "Credentials that cannot be read are invalid_client", .proves(.invalidClientIsChallenged),
        arguments: ["Bearer abc", "Basic", "Basic !!!", "Basic YWJj", "", "Digest x"])
    func unreadable(value: String) {
        #expect(code { try ClientCredentials(authorization: [value], parameters: form("")) } == .invalidClient)
    }

    private func code(_ body: () throws -> ClientCredentials?) -> OAuthError.Code? {
        #expect(throws: OAuthError.self) { _ = try body() }?.code
    }
}
