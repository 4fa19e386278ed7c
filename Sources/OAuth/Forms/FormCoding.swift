internal import Primitives

/// The coding of one name or value in `application/x-www-form-urlencoded`.
///
/// RFC 6749 Appendix B.
package enum FormCoding {
    /// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
    ///
    /// A space becomes `%20`, not `+`, because every decoder of forms or URLs understands it.
    package static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte.isUnreserved {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes `+` and `%xx`, or returns nil for a broken percent-encoding or text that is not UTF-8.
    package static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.contains(where: { $0 == plus || $0 == percent }) else { return text(bytes.span) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case plus:
                decoded.append(UInt8(ascii: " "))
            case percent:
                guard let high = iterator.next()?.hexValue, let low = iterator.next()?.hexValue else { return nil }
                decoded.append(high << 4 | low)
            default:
                decoded.append(byte)
            }
        }
        return text(decoded.span)
    }

    /// Decodes UTF-8.
    private static func text(_ bytes: Span<UInt8>) -> String? {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: text)
    }

    private static let plus = UInt8(ascii: "+")
    private static let percent = UInt8(ascii: "%")
    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
