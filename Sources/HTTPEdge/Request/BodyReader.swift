internal import NIOCore
internal import Primitives

/// Reads the body of a request from the input.
///
/// RFC 9112 §6 and §7.1. Chunk extensions and trailers are checked and dropped.
struct BodyReader {
    private enum Part {
        /// Bytes of a body with a length.
        case rest(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers(bytes: Int, count: Int)
    }

    /// The bytes so far.
    private(set) var body: [UInt8] = []
    private var part: Part

    init(_ framing: RequestHead.Framing) {
        part =
            switch framing {
            case .length(let length): .rest(length)
            case .chunked: .chunkSize
            }
    }

    /// Reads the available bytes; returns whether the body is complete.
    ///
    /// - Parameter maximum: the maximum size of this request's body, in bytes.
    mutating func read(_ inbox: inout ByteBuffer, _ limits: Limits, maximum: Int) throws(Refusal) -> Bool {
        while true {
            switch part {
            case .rest(let length):
                let rest = take(length, from: &inbox)
                part = .rest(rest)
                return rest == 0
            case .chunkSize:
                guard let line = try Self.line(&inbox, limits) else { return false }
                let size = try Self.size(line)
                guard size <= maximum - body.count else { throw .bodyTooLarge(maximum, "more than that") }
                part = size == 0 ? .trailers(bytes: 0, count: 0) : .chunk(size)
            case .chunk(let length):
                let rest = take(length, from: &inbox)
                part = rest == 0 ? .chunkEnd : .chunk(rest)
                guard rest == 0 else { return false }
            case .chunkEnd:
                guard try Self.lineEnd(&inbox) else { return false }
                part = .chunkSize
            case .trailers(let bytes, let count):
                guard let line = try Self.line(&inbox, limits) else { return false }
                guard line.count > 2 else { return true }
                guard bytes + line.count <= limits.fieldBlockBytes, count < limits.fieldCount else {
                    throw .fieldsTooLarge(limits)
                }
                try Self.check(trailer: line)
                part = .trailers(bytes: bytes + line.count, count: count + 1)
            }
        }
    }

    /// Reads up to a number of bytes; returns how many are missing.
    private mutating func take(_ wanted: Int, from inbox: inout ByteBuffer) -> Int {
        let count = min(wanted, inbox.readableBytes)
        if body.isEmpty, let bytes = inbox.readBytes(length: count) {
            body = bytes
        } else if let bytes = inbox.readSlice(length: count) {
            // Doubles the capacity each time, so that copying takes linear time, but never beyond the body's size.
            if body.capacity < body.count + count {
                body.reserveCapacity(body.count + min(max(count, body.count), wanted))
            }
            body.append(contentsOf: bytes.readableBytesView)
        }
        return wanted - count
    }

    /// Reads a line with its CR LF; nil when it is incomplete.
    private static func line(_ inbox: inout ByteBuffer, _ limits: Limits) throws(Refusal) -> [UInt8]? {
        let bytes = inbox.readableBytesView
        guard let feed = bytes.firstIndex(of: .lineFeed) else {
            guard bytes.count <= limits.fieldBytes else { throw .fieldsTooLarge(limits) }
            return nil
        }
        let length = feed - bytes.startIndex + 1
        guard length <= limits.fieldBytes else { throw .fieldsTooLarge(limits) }
        guard let line = inbox.readBytes(length: length), line.dropLast().last == .carriageReturn else {
            throw malformed
        }
        return line
    }

    /// Reads the CR LF after a chunk; false when it is incomplete.
    private static func lineEnd(_ inbox: inout ByteBuffer) throws(Refusal) -> Bool {
        let start = inbox.readableBytesView.prefix(2)
        guard start.elementsEqual([.carriageReturn, .lineFeed].prefix(start.count)) else { throw malformed }
        guard start.count == 2 else { return false }
        inbox.moveReaderIndex(forwardBy: 2)
        return true
    }

    private static let malformed = Refusal.malformed(
        "chunks that begin with their size in hexadecimal digits, each line ending with CR LF", "something else")

    /// Reads `1a;extension` as 26.
    private static func size(_ line: [UInt8]) throws(Refusal) -> Int {
        let digits = line.prefix { $0.hexValue != nil }
        guard !digits.isEmpty, digits.count <= 16, areExtensions(line[digits.endIndex...].dropLast(2)),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw malformed }
        return size
    }

    /// Whether the rest of a size line is empty, or a sequence of `;name`, `;name=token` and `;name="text"` (RFC 9112
    /// §7.1.1).
    private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        func skip(_ isSkipped: (UInt8) -> Bool) -> Int {
            let count = rest.prefix(while: isSkipped).count
            rest = rest.dropFirst(count)
            return count
        }
        while !rest.isEmpty {
            _ = skip(\.isBlank)
            guard rest.popFirst() == UInt8(ascii: ";") else { return false }
            _ = skip(\.isBlank)
            guard skip(\.isToken) > 0 else { return false }
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest = rest.dropFirst()
            guard rest.first == UInt8(ascii: "\"") else {
                guard skip(\.isToken) > 0 else { return false }
                continue
            }
            rest = rest.dropFirst()
            _ = skip { $0.isValue && $0 != UInt8(ascii: "\"") }
            guard rest.popFirst() == UInt8(ascii: "\"") else { return false }
        }
        return true
    }

    /// RFC 9110 §6.5.1: fields about framing are forbidden in trailers.
    private static func check(trailer line: [UInt8]) throws(Refusal) {
        let bytes = line + [.carriageReturn, .lineFeed]
        let fields = HTTPFields(bytes: bytes, positions: try FieldLines.read(bytes, from: 0))
        guard !fields.contains("content-length"), !fields.contains("transfer-encoding") else {
            throw .malformed("trailers that say nothing about where the message ends", "such a trailer")
        }
    }
}
