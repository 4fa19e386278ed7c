import Foundation

@testable import OAuth

/// The form decoder reads what a simpler one reads, within its limits, and can read its own output.
enum FormTarget: Target {
    static let name = "form"

    static func feed(_ input: [UInt8]) {
        let read = try? FormParameters(decoding: input)
        let expected = secondOpinion(input)
        promise((read != nil) == (expected != nil), "both accept or both refuse")
        guard let read, let expected else { return }
        promise(read.encoded == expected, "both read the same names and values")
        promise((try? FormParameters(decoding: read.encoded.utf8)) == read, "what is written reads the same")
    }

    /// The input decoded and encoded again, or nil when it must be refused.
    private static func secondOpinion(_ input: [UInt8]) -> String? {
        var fields: [String] = []
        for field in input.split(separator: UInt8(ascii: "&")) {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = parts.count == 2 ? decoded(parts[1]) : "" else {
                return nil
            }
            if value.isEmpty { continue }
            guard value.utf8.count <= FormParameters.maximumLength else { return nil }
            fields.append("\(encoded(name))=\(encoded(value))")
        }
        return fields.count <= FormParameters.maximumCount ? fields.joined(separator: "&") : nil
    }

    /// Cuts at each percent sign; each piece after the first has to begin with two hexadecimal digits.
    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        let pieces = spaced.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        var bytes = Array(pieces[0])
        for piece in pieces.dropFirst() {
            let digits = String(decoding: piece.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let byte = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(byte)
            bytes += piece.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// RFC 3986 §2.3.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
