import Foundation
@testable import OAuth

/// Challenges of any server are parsed without loops or traps; our own are parsed as they were written, at any place.
///
/// The input is the value of one `WWW-Authenticate`, and of another after a line feed.
enum ClientChallengeTarget: Target {
    static let name = "client-challenge"

    static func feed(_ input: [UInt8]) {
        let fields = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let found = Challenge.parse(fields)
        promise(found == fields.flatMap { Challenge.parse([$0]) }, "each field stands for itself")
        promise(found.count <= input.count, "there are no more challenges than bytes")
        for challenge in found {
            promise(!challenge.scheme.isEmpty && challenge.scheme.utf8.allSatisfy(isToken), "a scheme is a token")
            promise(challenge.scheme == challenge.scheme.lowercased(), "a scheme has small letters")
            promise(challenge.parameters.keys.allSatisfy { !$0.isEmpty && $0 == $0.lowercased() }, "so have names")
            promise(Challenge.parse([written(challenge)]) == [challenge], "what is written in quotes reads the same")
        }
        let text = fields[0]
        let error = OAuthError(.invalidToken, text)
        let ours = BearerChallenge(error: error, scope: Scope(["user"]), resourceMetadata: "http://localhost:1/x")
        guard let read = Challenge.parse([#"Negotiate YWJj==, Digest realm="a, b""#, ours.headerValue]).last else {
            fatalError("broken promise: our own challenge is one")
        }
        promise(read.scheme == Challenge.bearer && read["error"] == "invalid_token", "our own challenge is Bearer")
        promise(read["error_description"] ?? "" == error.description, "it says what it was made of")
        promise(read["resource_metadata"] == "http://localhost:1/x" && read["scope"] == "user", "and where to go on")
    }

    /// The challenge with every value as a quoted string (RFC 9110 §5.6.4).
    private static func written(_ challenge: Challenge) -> String {
        let parameters = challenge.parameters.map { name, value in
            let escaped = value.unicodeScalars.map { "\"\\".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
            return "\(name)=\"\(escaped)\""
        }
        return challenge.scheme + " " + parameters.joined(separator: ", ")
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
