#if Redis
internal import NIOCore

/// A command of this store.
///
/// Redis may run each of them twice: a command whose reply was lost with the connection is sent again. When no reply
/// arrives in time, `afterDoubt` is sent.
enum Command: Sendable {
    /// One of Redis' own commands, with its arguments.
    case plain([String])
    /// A Lua script of this store.
    case script(Script, keys: [String], arguments: [String])

    /// The command to send, as soon as Redis is reachable, when this one may have run but its reply never arrived.
    ///
    /// Only commands that succeed once need it. The client got 503 and was told to retry, so it will present the same
    /// code or refresh token again, here or at another instance, and must not be treated as an attacker who replays it.
    /// A mark on the access token of the exchange says that no answer with this token was sent. When the same code or
    /// refresh token is presented again, a marked exchange is undone and done anew. Replay detection still holds: of
    /// two clients with the same code or refresh token the second one to get an answer ends the grant, and an exchange
    /// that was answered is never marked. The mark lasts for as long as a client that follows `Retry-After` needs.
    var afterDoubt: Command? {
        guard case .script(.spend, let keys, _) = self else { return nil }
        let mark = Keys.mark(ofAccessToken: keys[1])
        return .plain(["SET", mark, "1", "PX", String(Self.doubt.components.seconds * 1000)])
    }

    /// How long an exchange in doubt can be repeated, and how long the store tries to set the mark.
    static let doubt = Duration.seconds(60)

    /// The words to send; a script is sent by its digest when Redis has it, otherwise as text.
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
    /// Writes a command as RESP demands: an array of strings, each with its length in bytes.
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
