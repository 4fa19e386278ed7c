#if Redis
internal import NIOCore

/// Something that Redis is asked to do.
///
/// Every command of this store may be carried out twice: one whose reply was lost with the connection is sent again.
enum Command: Sendable {
    /// One of Redis' own commands, with its arguments.
    case plain([String])
    /// A script of ours.
    case script(Script, keys: [String], arguments: [String])

    /// The words to send; a script whose digest is not known goes out as its text.
    func words(_ digests: [Script: String]) -> [String] {
        switch self {
        case .plain(let words): words
        case .script(let script, let keys, let arguments):
            (digests[script].map { ["EVALSHA", $0] } ?? ["EVAL", script.source]) + [String(keys.count)] + keys
                + arguments
        }
    }
}

extension ByteBuffer {
    /// Writes a command as the protocol wants it: an array of strings, each with its length in bytes.
    mutating func write(command words: [String]) {
        writeString("*\(words.count)\r\n")
        for word in words {
            writeString("$\(word.utf8.count)\r\n")
            writeString(word)
            writeString("\r\n")
        }
    }
}
#endif
