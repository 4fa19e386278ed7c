#if Redis
internal import CHiredis

/// Reads replies out of a stream of bytes, with the parser of hiredis.
///
/// What has come of a reply is kept until the rest comes, up to ``mostUnread`` bytes.
final class RESPReader {
    /// Bytes that are no replies, or a reply that is larger than any of ours.
    struct ProtocolError: Error {
        /// What is wrong, without quoting the bytes.
        let reason: String
    }

    /// The most bytes that may come before a reply is whole.
    static let mostUnread = 1 << 20

    /// The most elements of an array, which are at least three bytes each: hiredis sets memory aside for all of them
    /// when it has read their number.
    private static let longestArray = mostUnread / 3

    private let reader: UnsafeMutablePointer<redisReader>
    /// What makes the replies.
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
        // The functions of hiredis stand where the closure, which cannot capture them, finds them.
        reader.pointee.privdata = UnsafeMutableRawPointer(reader.pointee.fn)
        reader.pointee.fn = functions
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Takes bytes that have come.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(ProtocolError) {
        unread += bytes.count
        guard unread <= Self.mostUnread else { throw ProtocolError(reason: "a reply is larger than any of ours") }
        try check(redisReaderFeed(reader, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count))
    }

    /// The next reply, or nil until more bytes have come.
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
