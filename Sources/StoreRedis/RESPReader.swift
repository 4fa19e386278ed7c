#if Redis
internal import CHiredis

/// Reads replies from a stream of bytes, with the parser of hiredis.
///
/// An incomplete reply is buffered, up to ``maximumUnread`` bytes.
final class RESPReader {
    /// The bytes are not RESP, or the reply is larger than any reply of this store.
    struct ProtocolError: Error {
        /// The violation, without quoting the bytes.
        let reason: String
    }

    /// The maximum number of bytes of an incomplete reply.
    static let maximumUnread = 1 << 20

    /// The maximum number of elements of an array, each of which takes at least three bytes.
    ///
    /// hiredis allocates memory for all elements as soon as it has read their number.
    private static let longestArray = maximumUnread / 3

    private let reader: UnsafeMutablePointer<redisReader>
    /// The functions with which hiredis makes values.
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private var unread = 0

    init() {
        guard let reader = redisReaderCreate() else { preconditionFailure("there is no memory for a parser") }
        self.reader = reader
        functions = .allocate(capacity: 1)
        functions.initialize(to: reader.pointee.fn.pointee)
        functions.pointee.createArray = { task, count in
            guard count <= RESPReader.longestArray, let task, let usual = task.pointee.privdata else { return nil }
            return usual.assumingMemoryBound(to: redisReplyObjectFunctions.self).pointee.createArray?(task, count)
        }
        // The closure below cannot capture the functions of hiredis; it finds them here.
        reader.pointee.privdata = UnsafeMutableRawPointer(reader.pointee.fn)
        reader.pointee.fn = functions
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Appends received bytes.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(ProtocolError) {
        unread += bytes.count
        guard unread <= Self.maximumUnread else { throw ProtocolError(reason: "a reply is larger than any of ours") }
        try check(redisReaderFeed(reader, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count))
    }

    /// The next reply, or nil when it is incomplete.
    func next() throws(ProtocolError) -> RESPValue? {
        var reply: UnsafeMutableRawPointer?
        try check(redisReaderGetReply(reader, &reply))
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        unread = reader.pointee.len - reader.pointee.pos
        return Self.value(of: reply.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func check(_ status: CInt) throws(ProtocolError) {
        guard status != REDIS_OK else { return }
        throw ProtocolError(reason: "what came is no reply of Redis")
    }

    private static func value(of reply: redisReply) -> RESPValue {
        switch reply.type {
        case REDIS_REPLY_STRING: .bytes(Array(bytes(of: reply)))
        case REDIS_REPLY_STATUS: .status(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: .error(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: .integer(Int(reply.integer))
        case REDIS_REPLY_ARRAY:
            .array(
                UnsafeBufferPointer(start: reply.element, count: Int(reply.elements))
                    .map { $0.map { value(of: $0.pointee) } ?? .null })
        default: .null
        }
    }

    private static func bytes(of reply: redisReply) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len))
    }
}
#endif
