#if Redis
internal import NIOCore

/// Something that Redis is asked to do.
///
/// Every command of this store may be carried out twice: one whose reply was lost with the connection is sent again.
/// When no reply comes in time, `afterDoubt` says what Redis has to know.
enum Command: Sendable {
    /// One of Redis' own commands, with its arguments.
    case plain([String])
    /// A script of ours.
    case script(Script, keys: [String], arguments: [String])

    /// What to tell Redis, as soon as it can be, when it may have carried out this command and its reply never came.
    ///
    /// Only for what can be done once. Its client was told 503 and to try again, so it will show the same code or
    /// refresh token once more, here or at another instance, and must not be taken for a thief. A mark for the access
    /// token of the trade says that no answer with it ever left. A trade whose tokens are marked is undone when it is
    /// asked for again, and made anew, as if it had never been: of two who hold the same code or refresh token the
    /// second to be answered is still recognised, and ends the grant. Nothing is ever marked that was answered, so what
    /// holds for a replay holds at any other time. The mark lasts as long as a client may take that obeys.
    var afterDoubt: Command? {
        guard case .script(.spend, let keys, _) = self else { return nil }
        let mark = Keys.mark(ofAccessToken: keys[1])
        return .plain(["SET", mark, "1", "PX", String(Self.doubt.components.seconds * 1000)])
    }

    /// How long a trade in doubt can be made anew, and how long it is tried to say so.
    static let doubt = Duration.seconds(60)

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
