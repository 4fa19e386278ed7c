import NIOCore
import Testing

@testable import HTTPEdge

@Suite("The pieces in which a request comes")
struct PieceTests {
    private static let start = "GET / HTTP/1.1\r\nHost: a\r\n"

    /// A head of as many bytes before its empty line, in fields that are small enough.
    private static func head(of size: Int) -> String {
        var head = start
        while head.utf8.count < size {
            let rest = size - head.utf8.count
            head += "X: \(String(repeating: "x", count: min(rest, rest > 1010 ? 1000 : rest) - 5))\r\n"
        }
        return head
    }

    // Networks cut as they like, so an answer that depends on the cuts is one that nobody can rely on.
    @Test(
        "What becomes of a request does not depend on them",
        arguments: [
            ("\(start)X: \(String(repeating: "x", count: 20 << 10))\n", 431),
            ("\(head(of: 64 << 10))\r\n", 431), ("\(head(of: 64 << 10 - 1))\r\n", nil),
            ("<GET / HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", 400),
            ("\(String(repeating: "G", count: 100)) / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ] as [(String, Int?)])
    func cuts(text: String, status: Int?) {
        let bytes = Array(text.utf8)
        #expect(Self.status(bytes, inPiecesOf: bytes.count) == status)
        #expect(Self.status(bytes, inPiecesOf: 1) == status)
    }

    /// With what the bytes are refused; nil when they are one whole request.
    private static func status(_ bytes: [UInt8], inPiecesOf size: Int) -> Int? {
        var (reader, wholes) = (RequestReader(), 0)
        do {
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                while let part = try reader.next(Limits()) { if case .whole = part { wholes += 1 } }
                reader.settle(ByteBufferAllocator())
            }
        } catch {
            return error.status.code
        }
        return wholes == 1 ? nil : 0
    }
}
