internal import Primitives

/// The encoding of text in a header value.
///
/// MCP 2026-07-28, basic/transports/streamable-http, "Value Encoding".
package enum HeaderValue {
    private static let prefix = "=?base64?"
    private static let suffix = "?="

    /// The single value of a header, or nil when it is absent.
    ///
    /// - Throws: `-32020` for a header that occurs twice, because two readers could pick different values, and for
    ///   characters beyond visible ASCII, space and tab.
    static func single(_ values: [String], of header: String) throws(JSONRPCError) -> String? {
        if values.count > 1 {
            throw JSONRPCError(
                .headerMismatch, "\(header) header occurs \(values.count) times: send it once",
                Explanation(hint: "The header is there \(values.count) times. Send it once."))
        }
        guard let value = values.first else { return nil }
        let octets = value.utf8.span
        guard octets.indices.allSatisfy({ (0x20...0x7E).contains(octets[$0]) || octets[$0] == 0x09 }) else {
            throw JSONRPCError(
                .headerMismatch,
                "\(header) header holds characters other than visible ASCII, space and tab: "
                    + "encode the value as \(prefix)…\(suffix)",
                Explanation(hint: "Text that is not visible ASCII travels as Base64 of its UTF-8, between markers."))
        }
        return value
    }

    /// The text of a value: the UTF-8 in the Base64 between the two markers, or else the value itself.
    ///
    /// - Throws: `-32020` when the text between the markers is not padded standard Base64 (RFC 4648 §4) of UTF-8.
    package static func decode(_ value: String, of header: String) throws(JSONRPCError) -> String {
        guard value.hasPrefix(prefix), value.dropFirst(prefix.count).hasSuffix(suffix) else { return value }
        let encoded = value.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        guard let bytes = base64Decoded(Array(encoded)), let text = try? UTF8Span(validating: bytes.span),
            text.isStreamSafe
        else {
            throw JSONRPCError(
                .headerMismatch, "\(header) header is marked as Base64 but is not padded Base64 of UTF-8 text",
                Explanation(hint: "What stands between the markers is Base64 of RFC 4648, section 4, with its padding.")
            )
        }
        return String(copying: text)
    }

    /// The value for a text: the text itself where a header can carry it, otherwise Base64 between the markers.
    package static func encode(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let hasEdges = text.hasPrefix(" ") || text.hasSuffix(" ")
        guard !isPlain || hasEdges || text.hasPrefix(prefix) && text.hasSuffix(suffix) else { return text }
        return prefix + base64Encoded(Array(text.utf8)) + suffix
    }

    /// Encodes Base64, without the dependency of another target.
    private static func base64Encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)]) }
            text += repeatElement(UInt8(ascii: "="), count: 3 - group.count)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes padded Base64, and accepts only its canonical spelling.
    private static func base64Decoded(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        for (position, letter) in text.dropLast(padding).enumerated() {
            guard let digit = alphabet.firstIndex(of: letter) else { return nil }
            buffer = buffer << 6 | UInt32(digit)
            let pending = (position + 1) * 6 % 8
            if pending != 6 { bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(pending))) }
        }
        let unused = UInt32(padding * 2)
        return buffer & (1 << unused - 1) == 0 ? bytes : nil
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
