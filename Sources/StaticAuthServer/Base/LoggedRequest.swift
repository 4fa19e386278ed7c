/// A request and its answer, as the log shows them.
///
/// Texts of the client are searched for secrets, legible and cut off before they come here.
struct LoggedRequest {
    /// What the answer means to the person who watches.
    enum Mood {
        /// As it should be.
        case fine
        /// A refusal that belongs to a good flow, such as the first 401.
        case expected
        /// A refusal that a good client meets and answers, and everything that was broken on purpose.
        case attention
        /// A mistake of the client or the server.
        case failure
    }

    let method: String
    let path: String
    let status: Int
    /// The duration in milliseconds, with a fraction.
    let milliseconds: String
    var mood = Mood.fine
    /// The number in the journal; nil where it has no entry.
    var number: Int?
    /// The event in the words of OAuth, such as `login page`, where it is neither a grant nor a message.
    var event: String?
    /// The `grant_type` of a token request.
    var grant: String?
    /// The JSON-RPC method.
    var rpc: String?
    /// The tool of a call.
    var tool: String?
    /// The code of an OAuth error, or of a JSON-RPC error.
    var error: String?
    /// The program that sent it, by the name it gives itself.
    var client: String?
    /// The fault that was applied.
    var fault: String?
    /// The trace that it belongs to, as 32 hexadecimal digits.
    var trace: String?
    /// What a person should read under a refusal.
    var advice: [String] = []
    /// The URL of its entry in the journal.
    var link: String?

    /// The values of a line for programs, without those that do not exist.
    var values: [(key: String, value: String)] {
        let all: [(String, String?)] = [
            ("method", method), ("path", path), ("status", String(status)), ("ms", milliseconds),
            ("number", number.map { String($0) }), ("grant", grant), ("rpc", rpc), ("tool", tool), ("error", error),
            ("client", client), ("fault", fault), ("trace_id", trace),
        ]
        return all.compactMap { key, value in value.map { (key: key, value: $0) } }
    }
}
