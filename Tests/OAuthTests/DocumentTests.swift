import OAuth
import Testing
import TestSupport

@Suite struct DocumentTests {
    @Test(
        "Members without a value and empty arrays are left out",
        .proves(.emptyListsAreOmitted, .resourceMetadataIsWellFormed))
    func omission() {
        let document = Document([ParameterName.scope: .strings([]), .state: nil, .code: .string("")])
        #expect(document.members.map(\.name) == ["code"])
    }

    @Test("A token response names its members, and the lifetime is a number", .proves(.tokenResponseIsComplete))
    func tokenResponse() {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: .number(.seconds(3600)), refreshToken: Secret("r"),
            scope: Scope(["user"]))
        #expect(
            response.document.members.map(\.name)
                == ["access_token", "token_type", "expires_in", "refresh_token", "scope"])
        #expect(response.document["token_type"] == .string("Bearer"))
        #expect(response.document["expires_in"] == .integer(3600))
        #expect(!"\(response) \(response.document)".contains("\"a\""))
    }

    @Test("An inactive token is described by one member", .proves(.otherTokensAreInactive))
    func inactive() {
        #expect(IntrospectionResponse.inactive.document.members.map(\.name) == ["active"])
        #expect(IntrospectionResponse.inactive.document["active"] == .boolean(false))
    }
}
