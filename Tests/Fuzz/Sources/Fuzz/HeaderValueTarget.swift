import Foundation
@testable import MCPCore

/// A header value marked as Base64 decodes to what Foundation decodes, in its one canonical spelling; any other stands
/// for itself.
enum HeaderValueTarget: Target {
    static let name = "header-value"

    static func feed(_ input: [UInt8]) {
        let value = String(decoding: input, as: UTF8.self)
        let isPlain = input.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
        promise(((try? HeaderValue.single([value], of: "X")) != nil) == isPlain, "a value is visible ASCII")
        promise((try? HeaderValue.single([value, value], of: "X")) == nil, "a header occurs once")
        guard isPlain else { return }

        let (start, end) = ("=?base64?", "?=")
        let isMarked = value.count >= (start + end).count && value.hasPrefix(start) && value.hasSuffix(end)
        let decoded = try? HeaderValue.decode(value, of: "X")
        guard isMarked else { return promise(decoded == value, "what is not marked stands for itself") }
        let encoded = String(value.dropFirst(start.count).dropLast(end.count))
        let bytes = Data(base64Encoded: encoded).flatMap { $0.base64EncodedString() == encoded ? Array($0) : nil }
        promise(decoded == bytes.flatMap { String(validating: $0, as: UTF8.self) }, "both read the same")
    }
}
