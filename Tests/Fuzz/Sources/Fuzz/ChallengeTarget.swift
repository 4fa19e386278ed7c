@testable import OAuth

/// A challenge quotes its values so that no text can break out of the quoted string.
enum ChallengeTarget: Target {
    static let name = "challenge"

    static func feed(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        let error = OAuthError(.invalidToken, text)
        let scope = (try? Scope(parsing: text)) ?? Scope(["user"])
        let challenge = BearerChallenge(error: error, scope: scope, resourceMetadata: "http://localhost:1/x")
        let value = challenge.headerValue
        promise(value.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a header is visible ASCII")
        var expected = [
            "error": "invalid_token", "resource_metadata": "http://localhost:1/x", "scope": scope.description,
        ]
        if !error.description.isEmpty { expected["error_description"] = error.description }
        promise(parameters(of: value) == expected, "a challenge says what it was made of")
    }

    /// The parameters of a Bearer challenge whose values are all quoted strings (RFC 9110 §5.6.4), or nil.
    private static func parameters(of challenge: String) -> [String: String]? {
        guard challenge.hasPrefix("Bearer ") else { return nil }
        var rest = challenge.utf8.dropFirst("Bearer ".utf8.count)
        var parameters: [String: String] = [:]
        while true {
            let name = String(rest.prefix { $0 != UInt8(ascii: "=") }) ?? ""
            rest = rest.dropFirst(name.utf8.count + 1)
            guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
            var value: [UInt8] = []
            while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                guard let plain = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte else { return nil }
                value.append(plain)
            }
            guard parameters.updateValue(String(decoding: value, as: UTF8.self), forKey: name) == nil else {
                return nil
            }
            if rest.isEmpty { return parameters }
            guard rest.starts(with: ", ".utf8) else { return nil }
            rest = rest.dropFirst(2)
        }
    }
}
