/// Text of a request in a command that a person pastes into a shell.
enum ShellWord {
    /// One word; control characters are left out, so no text can become a command.
    static func quoted(_ text: String) -> String {
        let printable = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        return "'" + printable.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}
