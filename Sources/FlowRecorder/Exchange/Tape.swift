internal import Primitives
internal import HTTPEdge
internal import OAuth

/// Requests and their answers one after the other, as bytes.
///
/// Handing objects to another thread makes both threads slow: they take turns at each object's reference count, and
/// memory is given back where it was not taken. A tape is a copy, and used again when it was played.
struct Tape: Sendable {
    /// What is there about few exchanges.
    private struct Remarks {
        let explanation: Explanation?
        let fault: SafeText?
        let scenario: String?
    }

    /// What follows the head of an answer.
    private enum BodyKind: UInt8 {
        case bytes
        case events
        case torn
        case silence
    }

    private var bytes: [UInt8] = []
    private var remarks: [Remarks] = []
    /// How far it was played.
    private var position = 0

    /// The number of bytes on it.
    var size: Int { bytes.count }

    // MARK: Recording

    /// Adds a request and its answer.
    mutating func record(_ exchange: Exchange) {
        let (request, response) = (exchange.request, exchange.response)
        write((exchange.number, exchange.endpoint, exchange.time, exchange.duration))
        write(request.method.rawValue)
        write(request.path)
        write(request.query)
        write(request.host)
        write(request.fields)
        write(request.body)
        write(request.peer)
        write(response.status.code)
        write(response.fields)
        write(response.body)
        let hasRemarks = exchange.explanation != nil || exchange.fault != nil || exchange.scenario != nil
        write(hasRemarks)
        if hasRemarks {
            remarks.append(
                Remarks(explanation: exchange.explanation, fault: exchange.fault, scenario: exchange.scenario))
        }
    }

    private mutating func write<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    private mutating func write<Element: BitwiseCopyable>(_ elements: [Element]) {
        write(elements.count)
        elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    private mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func write(_ text: String?) {
        write(text != nil)
        if let text { write(text) }
    }

    private mutating func write(_ fields: HTTPFields) {
        write(fields.bytes)
        write(fields.positions)
    }

    private mutating func write(_ body: HTTPResponse.Body) {
        switch body {
        case .bytes(let bytes):
            write(BodyKind.bytes)
            write(bytes)
        case .events: write(BodyKind.events)
        case .torn(let bytes, let length):
            write(BodyKind.torn)
            write(bytes)
            write(length)
        case .silence: write(BodyKind.silence)
        }
    }

    // MARK: Playing

    /// The next exchange; nil at the end.
    mutating func next() -> Exchange? {
        guard position < bytes.count else { return nil }
        let (number, endpoint, time, duration) = read((Int, EndpointName, Instant, Duration).self)
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: readText()), path: readText(), query: readOptionalText(),
            host: readOptionalText(), fields: readFields(), body: readArray(), peer: readText())
        let response = HTTPResponse(HTTPStatus(read(Int.self)), fields: readFields(), body: readBody())
        let remarks = read(Bool.self) ? remarks.removeFirst() : nil
        return Exchange(
            number, request, response, endpoint: endpoint, explanation: remarks?.explanation, fault: remarks?.fault,
            scenario: remarks?.scenario, time: time, duration: duration)
    }

    /// Empties it; a small one keeps its room.
    mutating func rewind(keeping most: Int) {
        position = 0
        remarks = []
        bytes.removeAll(keepingCapacity: bytes.capacity <= most)
    }

    private mutating func read<Value: BitwiseCopyable>(_ type: Value.Type) -> Value {
        defer { position += MemoryLayout<Value>.size }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: type) }
    }

    private mutating func readArray<Element: BitwiseCopyable>() -> [Element] {
        let count = read(Int.self)
        // All empty arrays share one object, which must not be written, not even its length.
        guard count > 0 else { return [] }
        let size = count * MemoryLayout<Element>.stride
        defer { position += size }
        return [Element](unsafeUninitializedCapacity: count) { elements, initialized in
            bytes.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(elements).copyMemory(
                    from: .init(rebasing: $0[position..<position + size]))
            }
            initialized = count
        }
    }

    private mutating func readText() -> String {
        let count = read(Int.self)
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    private mutating func readOptionalText() -> String? {
        read(Bool.self) ? readText() : nil
    }

    private mutating func readFields() -> HTTPFields {
        let bytes: [UInt8] = readArray()
        return HTTPFields(bytes: bytes, positions: readArray())
    }

    private mutating func readBody() -> HTTPResponse.Body {
        switch read(BodyKind.self) {
        case .bytes: .bytes(readArray())
        case .events: .events(EventStream { _ in })
        case .torn: .torn(readArray(), announced: read(Int.self))
        case .silence: .silence
        }
    }
}
