internal import Primitives

/// Text of a request in a command that a person pastes into a shell.
enum ShellWord {
    /// One word; illegible characters become spaces, so no text can become a command, and no parts a secret.
    static func quoted(_ text: String) -> String {
        "'" + text.legible(replacement: " ").unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}
