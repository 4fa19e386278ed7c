import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPEdge

@Suite("Requests as read by two parsers")
struct DifferentialTests {
    /// A request as a parser read it.
    private struct Reading: Equatable {
        var method = ""
        var target = ""
        var names: [String] = []
        var body: [UInt8] = []
    }

    // Two parsers that disagree make request smuggling possible (RFC 9112 §11.2). So of thousands of randomly damaged
    // requests, those that both this parser and SwiftNIO's (llhttp) accept must mean the same to both.
    @Test("Every request that is accepted means the same to SwiftNIO's parser", arguments: 0..<8)
    func sameReading(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var takenByBoth = 0
        for _ in 0..<4000 {
            let bytes = Self.spoilt(Self.seeds.randomElement(using: &random) ?? "", with: &random)
            guard let ours = Self.ours(bytes), let theirs = Self.theirs(bytes) else { continue }
            takenByBoth += 1
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(takenByBoth > 400)
    }

    private static let seeds = [
        "GET /g?a=b HTTP/1.1\r\nHost: a\r\nAccept: x, y\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\na\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
        "DELETE /d HTTP/1.1\r\nHost: [::1]:9003\r\nMcp-Session-Id: 1\r\nConnection: keep-alive, close\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\ncontent-length:1\r\n\r\nx",
    ]

    /// Bytes that often matter to parsers.
    private static let spice: [String] = [
        "\r", "\n", "\r\n", " ", "\t", "\0", ":", ";", ",", "0", "1", "f", "-1", "+", "\u{B}", "é", "\r\n ", "chunked",
        "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Host: b\r\n",
        "HTTP/1.0",
    ]

    private static func spoilt(_ seed: String, with random: inout SplitMix) -> [UInt8] {
        var bytes = Array(seed.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 2: bytes.insert(contentsOf: (spice.randomElement(using: &random) ?? "").utf8, at: place)
            default:
                let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }

    /// The first request, or nil when it is refused or incomplete.
    private static func ours(_ bytes: [UInt8]) -> Reading? {
        var (inbox, head) = (ByteBuffer(bytes: bytes), HeadReader())
        guard let lines = try? head.read(&inbox, Limits()), let read = try? RequestHead(lines, limits: Limits()) else {
            return nil
        }
        var body = BodyReader(read.framing)
        guard let isWhole = try? body.read(&inbox, Limits(), maximum: Limits().bodyBytes), isWhole else { return nil }
        let target = (read.query.map { "\(read.path)?\($0)" }) ?? read.path
        return Reading(
            method: read.method.rawValue, target: target, names: read.fields.all.map(\.name), body: body.body)
    }

    private static func theirs(_ bytes: [UInt8]) -> Reading? {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        guard (try? channel.pipeline.syncOperations.addHandler(decoder)) != nil else { return nil }
        // Bytes after the first request may be nonsense; only the ones before count.
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        var reading = Reading()
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                reading.method = head.method.rawValue
                reading.target = head.uri
                reading.names = head.headers.map(\.name)
            case .body(let bytes): reading.body += bytes.readableBytesView
            case .end: return reading
            }
        }
        return nil
    }
}

/// Random numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
