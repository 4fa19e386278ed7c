import OAuth
import Primitives
import Testing
import TestSupport

@Suite struct FormParametersTests {
    @Test(
        "Percent signs, plus signs and UTF-8 are decoded",
        arguments: [
            ("state=a+b", "a b"), ("state=a%2Bb", "a+b"), ("state=%E2%82%AC", "€"), ("state=100%25", "100%"),
            ("state=a%26b%3Dc", "a&b=c"), ("st%61te=x", "x"), ("state=a=b", "a=b"), ("&&state=x&", "x"),
        ])
    func decodes(query: String, state: String) throws {
        #expect(try form(query).value(.state) == state)
    }

    @Test(
        "Broken encodings are refused", .proves(.authorizeTakesQueryOrForm),
        arguments: ["state=%", "state=%4", "state=%zz", "state=%ff", "%=1", "state=%C3%28"])
    func refuses(query: String) {
        #expect(throws: OAuthError.self) { try form(query) }
    }

    @Test(
        "A parameter without a value is absent", .proves(.authorizeParametersAreStrict, .tokenParametersAreStrict),
        arguments: ["state=", "state", "state=&state=", ""])
    func emptyIsAbsent(query: String) throws {
        #expect(try form(query).value(.state) == nil)
        #expect(try form(query).isEmpty)
    }

    @Test(
        "A repeated parameter is refused by name, but resource may be repeated",
        .proves(.authorizeParametersAreStrict, .tokenParametersAreStrict))
    func repetition() throws {
        let parameters = try form("code=a&resource=http://a/&resource=http://b/&code=a")
        let error = #expect(throws: OAuthError.self) { try parameters.value(.code) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.description.contains("code") == true)
        #expect(parameters.values(.resource) == ["http://a/", "http://b/"])
    }

    @Test("More parameters or longer values than any request has are refused")
    func bounds() throws {
        #expect(throws: OAuthError.self) { try form(String(repeating: "a=1&", count: 101)) }
        #expect(throws: OAuthError.self) { try form("state=" + String(repeating: "x", count: 8193)) }
        #expect(throws: OAuthError.self) { try form(String(repeating: "x", count: 8193) + "=1") }
        #expect(try form(String(repeating: "a=1&", count: 100)).isEmpty == false)
        #expect(try form("state=" + String(repeating: "x", count: 8192)).isEmpty == false)
    }

    /// Comparing or hashing a text takes quadratic time in the number of consecutive marks.
    @Test("More consecutive marks than any language uses are refused, in names and values, in any encoding")
    func marks() throws {
        for mark in ["\u{301}", "%CC%96", "%E0%BD%B3"] {
            let (most, more) = (String(repeating: mark, count: 30), String(repeating: mark, count: 31))
            #expect(try form("state=e\(most)&e\(most)=1&scope=\(most)e\(most)").isEmpty == false)
            #expect(throws: OAuthError.self) { try form("state=e\(more)") }
            #expect(throws: OAuthError.self) { try form("e\(more)=1") }
        }
        let basic = Base64.standard.encode(Array("e\(String(repeating: "\u{301}", count: 31)):secret".utf8))
        let credentials = try ClientCredentials(authorization: ["Basic \(basic)"], parameters: FormParameters())
        #expect(credentials?.candidates.isEmpty == true)
    }

    @Test("Encoded parameters decode to themselves", arguments: ["a b", "+", "%", "&=", "ä€😀", "\u{0}\r\n", "~-._*"])
    func roundTrip(value: String) throws {
        var parameters = FormParameters()
        parameters.append(.state, value)
        parameters.append(.scope, nil)
        let encoded = parameters.encoded
        #expect(encoded.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(try form(encoded) == parameters)
        #expect(try form(encoded).value(.state) == value)
    }

    @Test("Values do not show in descriptions, dumps or interpolations")
    func redaction() throws {
        let parameters = try form("client_secret=hidden-value")
        var dumped = ""
        dump(parameters, to: &dumped)
        for shown in ["\(parameters)", String(reflecting: parameters), dumped] {
            #expect(!shown.contains("hidden-value"))
        }
    }
}

func form(_ text: String) throws -> FormParameters {
    try FormParameters(decoding: text.utf8)
}
