internal import Logging

/// A request and its answer, as the log shows them.
///
/// Texts of the client are searched for secrets, legible and cut off before they come here.
struct LoggedRequest {
    /// What the answer means to the person who watches.
    enum Mood: String {
        /// As it should be.
        case fine
        /// A refusal that belongs to a good flow, such as the first 401.
        case expected
        /// A refusal that a good client meets and answers, and everything that was broken on purpose.
        case attention
        /// A mistake of the client or the server.
        case failure
        /// A page about this server; a person watches the client, and not the pages that show it.
        case page
        /// No request, but what the line of one says as well.
        case detail
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

    /// The metadata of its event, without values that do not exist.
    var metadata: Logger.Metadata {
        var all = Logger.Metadata(minimumCapacity: 16)
        (all["method"], all["path"]) = (.string(method), .string(path))
        (all["status"], all["ms"]) = (.string(String(status)), .string(milliseconds))
        all["number"] = number.map { .string(String($0)) }
        all["grant"] = grant.map { .string($0) }
        all["rpc"] = rpc.map { .string($0) }
        all["tool"] = tool.map { .string($0) }
        all["error"] = error.map { .string($0) }
        all["client"] = client.map { .string($0) }
        all["fault"] = fault.map { .string($0) }
        all["trace_id"] = trace.map { .string($0) }
        all[LogKey.event] = event.map { .string($0) }
        all[LogKey.mood] = .string(mood.rawValue)
        if !advice.isEmpty { all[LogKey.advice] = .array(advice.map { .string($0) }) }
        all[LogKey.link] = link.map { .string($0) }
        return all
    }
}
