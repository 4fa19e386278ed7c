import NIOCore
import Primitives

/// The bytes of a connection are the same requests, and the same refusal after them, wherever they are split; each
/// request is what a simpler reader finds in its bytes, and reads the same when written anew.
///
/// The first two bytes are the lengths of the pieces, in turn. The limits are small, so that inputs reach them.
enum HTTPTarget: Target {
    static let name = "http"

    private static let small: Limits = {
        var limits = Limits()
        (limits.bodyBytes, limits.fieldBytes, limits.fieldBlockBytes, limits.fieldCount) = (64, 48, 192, 6)
        return limits
    }()

    static func feed(_ input: [UInt8]) {
        let stream = Array(input.dropFirst(2))
        let atOnce = Reading(stream, cutAt: [stream.count], small)
        promise(Reading(stream, cutAt: [1], small) == atOnce, "single bytes are read as all at once")
        promise(Reading(stream, cutAt: input.prefix(2).map { Int($0) + 1 }, small) == atOnce, "cuts change nothing")
        promise([nil, 400, 413, 417, 431, 501, 505].contains(atOnce.refusal), "a refusal has one of six statuses")
        for request in atOnce.requests { check(request, stream[request.place]) }
    }

    private static func check(_ request: Reading.Request, _ bytes: ArraySlice<UInt8>) {
        promise(request.fields.count <= small.fieldCount && request.body.count <= small.bodyBytes, "limits are kept")
        for field in request.fields {
            promise(!field.name.isEmpty && field.name.allSatisfy(\.isToken), "a name is a token")
            promise(!field.value.contains { [0x00, 0x0A, 0x0D].contains($0) }, "a value has no line end and no NUL")
        }
        promise(request.target.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a target is visible ASCII")
        promise(request.target.hasPrefix("/"), "it begins with a slash")
        guard let plain = PlainHTTP(bytes) else { fatalError("broken promise: both take the same bytes") }
        promise(
            plain.method == request.method && plain.target == request.target, "both read the same method and target")
        promise(plain.fields == request.fields, "both read the same fields")
        promise(plain.body == request.body, "both read the same body")
        let again = Reading(request.written, cutAt: [request.written.count], Limits())
        promise(
            again.refusal == nil && again.requests.map(\.written) == [request.written], "written anew it is the same")
    }
}

/// The requests of one connection, until it ends or one is refused.
private struct Reading: Equatable {
    struct Request: Equatable {
        let method, target: String
        let fields: [PlainHTTP.Field]
        let body: [UInt8]
        let isHTTP10: Bool
        /// The position of its bytes.
        let place: Range<Int>
    }

    private(set) var requests: [Request] = []
    /// The status of the refusal.
    private(set) var refusal: Int?

    init(_ stream: [UInt8], cutAt sizes: [Int], _ limits: Limits) {
        var (reader, start, end) = (RequestReader(), 0, 0)
        var sizes = sizes
        while end < stream.count {
            let next = min(end + sizes[0], stream.count)
            reader.append(ByteBuffer(bytes: stream[end..<next]))
            end = next
            sizes.append(sizes.removeFirst())
            do {
                while let part = try reader.next(limits) {
                    guard case .whole(let head, let body) = part else { continue }
                    requests.append(Request(head, body: body, place: start..<(end - reader.unread)))
                    start = end - reader.unread
                }
            } catch {
                refusal = error.status.code
                return
            }
            reader.releaseBuffer { ByteBufferAllocator() }
            promise(reader.unread <= max(limits.fieldBlockBytes, limits.fieldBytes), "little is unread")
        }
    }
}

extension Reading.Request {
    fileprivate init(_ head: RequestHead, body: [UInt8], place: Range<Int>) {
        if case .length(let length) = head.framing { promise(body.count == length, "a body is as long as it says") }
        let fields = head.fields
        self.init(
            method: head.method.rawValue, target: head.path + (head.query.map { "?\($0)" } ?? ""),
            fields: fields.positions.map {
                PlainHTTP.Field(name: Array(fields.bytes[$0.name]), value: Array(fields.bytes[$0.value]))
            },
            body: body, isHTTP10: head.isHTTP10, place: place)
    }

    /// The request with a length, whatever its framing was.
    fileprivate var written: [UInt8] {
        let others = fields.filter { !$0.isNamed("content-length") && !$0.isNamed("transfer-encoding") }
        let line = Array("\(method) \(target) HTTP/1.\(isHTTP10 ? 0 : 1)\r\n".utf8)
        return line + others.flatMap { $0.name + Array(":".utf8) + $0.value + Array("\r\n".utf8) }
            + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }
}
