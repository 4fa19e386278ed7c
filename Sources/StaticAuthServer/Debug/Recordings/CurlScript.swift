internal import FlowRecorder
internal import OAuth
internal import Primitives

/// The requests of a flow as curl commands, which send them again.
///
/// What the journal does not show becomes a variable of the shell: `$CODE`, `$TOKEN`. Every other text of a request is
/// quoted, so it cannot become a command when the script is pasted.
struct CurlScript {
    let flow: Int
    let entries: [JournalEntry]
    let origin: String
    let secrets: SecretScanner

    /// The script, with a line feed at its end.
    var text: String {
        let commands = entries.map(command)
        let names = Set(commands.flatMap(\.variables)).sorted()
        let settings = names.map { "\($0)=" }
        let note = names.isEmpty ? [] : ["# Set these first; the journal does not keep secrets."]
        let lines = ["# Flow \(flow), as curl sends it.", "BASE=\(Self.quoted(origin))"] + note + settings + [""]
        return (lines + commands.map(\.text)).joined(separator: "\n")
            + (entries.isEmpty ? "# The journal does not hold its requests any more.\n" : "")
    }

    /// A command, and the variables that it needs.
    private struct Command {
        var text = ""
        var variables: [String] = []

        /// Text as one word for a shell, or a variable in its place.
        mutating func word(_ name: String, _ value: String, prefix: String = "") -> String {
            guard CurlScript.isHidden(value) else { return CurlScript.quoted(prefix + value) }
            let variable = CurlScript.variable(name)
            variables.append(variable)
            return (prefix.isEmpty ? "" : CurlScript.quoted(prefix)) + "\"$\(variable)\""
        }
    }

    private func command(_ entry: JournalEntry) -> Command {
        var command = Command()
        var words = ["curl -sS -i -g --path-as-is -X \(Self.quoted(entry.method)) \(address(entry, &command))"]
        for (name, value) in entry.requestFields.shown(secrets) {
            words += header(name.lowercased(), value.text, &command)
        }
        var notes: [String] = []
        if let body = entry.requestBody {
            if let form = body.form {
                words += form.map { name, value in
                    "--data-urlencode \(command.word(name.text, value.text, prefix: "\(FormCoding.encode(name.text))="))"
                }
            } else if body.isCut || Self.isHidden(body.text(secrets)) {
                notes = ["# The journal does not hold the whole body of this request."]
            } else {
                words.append("--data-raw \(Self.quoted(body.text(secrets)))")
            }
        }
        // No text of a client: where it is pasted into zsh, a comment is a command.
        let heading = "# Request \(entry.number) was answered by \(entry.status)."
        command.text = ([heading] + notes + [words.joined(separator: " \\\n  "), ""]).joined(separator: "\n")
        return command
    }

    private func address(_ entry: JournalEntry, _ command: inout Command) -> String {
        var address = "\"$BASE\"" + Self.quoted(entry.path.text)
        for (index, (name, value)) in entry.query.enumerated() {
            let start = (index == 0 ? "?" : "&") + FormCoding.encode(name.text) + "="
            address +=
                Self.isHidden(value.text)
                ? command.word(name.text, value.text, prefix: start)
                : Self.quoted(start + FormCoding.encode(value.text))
        }
        return address
    }

    /// The option for a header field; none for what curl sets by itself.
    private func header(_ name: String, _ value: String, _ command: inout Command) -> [String] {
        switch name {
        case "authorization":
            let words = value.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else { return [] }
            if words[0].lowercased() == "basic", let colon = words[1].firstIndex(of: ":") {
                let secret = String(words[1][words[1].index(after: colon)...])
                return ["-u \(command.word("client_secret", secret, prefix: String(words[1][...colon])))"]
            }
            return ["-H \(command.word("token", words[1], prefix: "Authorization: \(words[0]) "))"]
        case "user-agent": return ["-A \(command.word("user_agent", value))"]
        case "content-type", "accept", "origin", "last-event-id":
            return ["-H \(command.word(name, value, prefix: "\(name): "))"]
        case _ where name.hasPrefix("mcp-"): return ["-H \(command.word(name, value, prefix: "\(name): "))"]
        default: return []
        }
    }

    /// Whether the journal has a fingerprint in place of a value.
    private static func isHidden(_ text: String) -> Bool {
        text.hasPrefix("[") && text.hasSuffix("]") && text.contains(" characters, sha256 ")
    }

    /// The variable for a parameter or field; never one that means something to a shell, such as `PATH`.
    private static func variable(_ name: String) -> String {
        let usual = [
            "access_token", "client_secret", "code", "code_challenge", "code_verifier", "mcp-session-id", "password",
            "refresh_token", "state", "token", "username",
        ]
        let letters = name.uppercased().utf8.map { byte -> Character in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                Character(Unicode.Scalar(byte))
            default: "_"
            }
        }
        return (usual.contains(name) ? "" : "VALUE_") + String(letters.prefix(40))
    }

    private static func quoted(_ text: String) -> String { ShellWord.quoted(text) }
}
