import NIOCore
import Testing

@testable import HTTPEdge

@Suite("Requests in pieces")
struct PieceTests {
    private static let start = "GET / HTTP/1.1\r\nHost: a\r\n"

    /// A head of the given size before its empty line, in fields that are small enough.
    private static func head(of size: Int) -> String {
        var head = start
        while head.utf8.count < size {
            let rest = size - head.utf8.count
            head += "X: \(String(repeating: "x", count: min(rest, rest > 1010 ? 1000 : rest) - 5))\r\n"
        }
        return head
    }

    // Networks split data anywhere, so an outcome that depends on the pieces is not reliable.
    @Test(
        "The outcome does not depend on the pieces",
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

    // State that is kept of one request must never change the next one.
    @Test("A request is parsed the same whatever came before it", arguments: [1, 7, 1 << 20])
    func sameAgain(size: Int) throws {
        let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"
        let disguised = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: \(post.utf8.count)\r\n\r\n"
        let large = "\(Self.head(of: 4 << 10))\r\n"
        let requests = [
            post + "{}", post + "[]", disguised + post, disguised + post, post + "{}", "\r\n" + post + "()",
            post.replacing("/a", with: "/c") + "{}", large, large, post + "{}",
        ]
        let together = try Self.wholes(requests.joined(), inPiecesOf: size)
        let alone = try requests.flatMap { try Self.wholes($0, inPiecesOf: 1 << 20) }
        #expect(together.map(\.path) == alone.map(\.path))
        #expect(together.map(\.fields) == alone.map(\.fields))
        #expect(together.map(\.body) == alone.map(\.body))
    }

    @Test("The head of the previous request is not parsed again, unless it is long")
    func notReadAgain() throws {
        var reader = RequestReader()
        func head(_ text: String) throws -> RequestHead {
            reader.append(ByteBuffer(string: text))
            while let part = try reader.next(Limits()) { if case .whole(let head, _) = part { return head } }
            throw CancellationError()
        }
        let short = "\(Self.start)\r\n"
        let long = "\(Self.head(of: 4 << 10))\r\n"
        let first = try head(short)
        #expect(try head(short) === first)
        #expect(try head(long) !== head(long))
        #expect(try head(short) !== first)
    }

    private final class Length: HeadDerived {
        let bytes: Int

        init(_ fields: HTTPFields) { bytes = fields.byteCount }
    }

    private final class Count: HeadDerived {
        let fields: Int

        init(_ fields: HTTPFields) { self.fields = fields.all.count }
    }

    @Test("Values derived from a head are shared by requests with an equal head, and by no others")
    func derived() throws {
        func head(_ host: String) throws -> RequestHead {
            try RequestHead(Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8), limits: Limits())
        }
        func request(_ head: RequestHead) -> HTTPRequest {
            HTTPRequest(head, body: [], peer: "", connection: nil)
        }
        let (shared, other) = (try head("a"), try head("abc"))
        let first = request(shared).derived(Length.self)
        #expect(request(shared).derived(Length.self) === first)
        #expect(request(other).derived(Length.self).bytes == first.bytes + 2)
        // A second type derived from the same head must never get the value of the first.
        #expect(request(shared).derived(Count.self).fields == 1)
        #expect(request(shared).derived(Length.self) === first)
    }

    /// The requests in the bytes.
    private static func wholes(_ text: String, inPiecesOf size: Int) throws -> [(
        path: String, fields: [String], body: [UInt8]
    )] {
        let bytes = Array(text.utf8)
        var (reader, wholes) = (RequestReader(), [(path: String, fields: [String], body: [UInt8])]())
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            while let part = try reader.next(Limits()) {
                guard case .whole(let head, let body) = part else { continue }
                wholes.append((head.path, head.fields.all.map { "\($0.name): \($0.value)" }, body))
            }
            reader.releaseBuffer { ByteBufferAllocator() }
        }
        return wholes
    }

    /// The status of the refusal; nil when the bytes are one whole request.
    private static func status(_ bytes: [UInt8], inPiecesOf size: Int) -> Int? {
        var (reader, wholes) = (RequestReader(), 0)
        do {
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                while let part = try reader.next(Limits()) { if case .whole = part { wholes += 1 } }
                reader.releaseBuffer { ByteBufferAllocator() }
            }
        } catch {
            return error.status.code
        }
        return wholes == 1 ? nil : 0
    }
}
