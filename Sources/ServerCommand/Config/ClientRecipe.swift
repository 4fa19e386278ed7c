internal import Primitives

/// How a client is told of this server.
struct ClientRecipe: Sendable {
    /// What is to be pasted or run.
    enum Form: Sendable {
        /// A member of a JSON file, which `--write` can add.
        case file(JSONFile, entry: @Sendable (Instance) -> JSONObject)
        case text(@Sendable (Instance) -> String)
    }

    /// A JSON file that a client reads.
    struct JSONFile: Sendable {
        /// The path; `~/` is the user's home.
        let path: String
        /// The names of the members that lead to the servers.
        let keys: [String]
    }

    /// The name of the server in the client.
    static let serverName = "static-auth"

    let form: Form
    /// The same for an older version of the client.
    var older: (@Sendable (Instance) -> String)?
    /// What to do with the text.
    let place: String
    /// What else to know.
    var notes: @Sendable (Instance) -> [String] = { _ in [] }
    /// The next step, as it is typed or chosen.
    let next: String
    /// The day on which the format was checked, `2026-11-30`.
    let checked: String
    /// The documentation or source of the format.
    let source: String

    /// The text to paste.
    func text(of server: Instance) -> String {
        let text =
            switch form {
            case .text(let text): text(server)
            case .file(let file, let entry): Self.pretty(Self.nested(entry(server), in: file.keys[...]))
            }
        return older.map { "\(text)\n\n\($0(server))" } ?? text
    }

    /// The entry of a server, under its name and the names that lead to it.
    private static func nested(_ entry: JSONObject, in keys: ArraySlice<String>) -> JSONObject {
        guard let first = keys.first else { return [serverName: .object(entry)] }
        return [first: .object(nested(entry, in: keys.dropFirst()))]
    }

    static func pretty(_ object: JSONObject) -> String {
        String(String(decoding: PrettyJSON.bytes(of: .object(object)), as: UTF8.self).dropLast())
    }
}
