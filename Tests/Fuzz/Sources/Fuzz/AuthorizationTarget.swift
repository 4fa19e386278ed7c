import Foundation
@testable import OAuth

/// Of the values of `Authorization`, one a line: a bearer token is made of a token's characters and nothing else, and
/// Basic credentials are what Foundation reads in the same Base64.
enum AuthorizationTarget: Target {
    static let name = "authorization"

    static func feed(_ input: [UInt8]) {
        let values = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if let token = try? BearerToken.parse(values) {
            promise(values.count == 1, "of several fields none counts")
            let value = values[0].drop { $0 == " " }
            promise(value.lowercased().hasPrefix("bearer "), "the scheme is Bearer")
            promise(value.dropFirst("bearer ".count).drop { $0 == " " } == token.reveal(), "the rest is the token")
            let letters = token.reveal().reversed().drop { $0 == "=" }
            promise(!letters.isEmpty && letters.allSatisfy(alphabet.contains), "a token has a token's characters")
        }
        if let credentials = try? ClientCredentials(authorization: values, parameters: FormParameters()) {
            promise(values.count == 1, "of several fields none counts")
            promise(credentials.method == .basic && credentials.candidates.count <= 2, "the scheme is Basic")
            feed(basic: values[0], credentials)
        }
    }

    private static func feed(basic value: String, _ credentials: ClientCredentials) {
        let encoded = AuthorizationField(value).credentials
        let padding = String(repeating: "=", count: (4 - encoded.utf8.count % 4) % 4)
        let pair = Data(base64Encoded: encoded + padding).map { String(decoding: $0, as: UTF8.self) }
        guard let raw = credentials.candidates.last else { return }
        promise(
            credentials.candidates.count == 1 || pair == "\(raw.id):\(raw.secret?.reveal() ?? "")",
            "the raw reading is what the Base64 holds")
    }

    /// RFC 6750 §2.1, `b64token`.
    private static let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/")
}
