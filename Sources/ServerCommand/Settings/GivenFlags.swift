/// The texts of the flags on a command line, by flag.
struct GivenFlags {
    private let texts: [String: [String]]

    static let envFile = "--env-file"

    /// Takes them from the parser's result.
    init(_ flags: ServerFlags) {
        var texts = [Self.envFile: flags.process.envFile]
        for setting in ServerFlags.settings { texts[setting.flag] = setting.texts(flags) }
        self.texts = texts
    }

    /// Reads a command line that needs no parser: nothing but `--flag value` and `--flag=value`, with known flags.
    ///
    /// The parser's reflection takes half of the time of a start. Nil for everything else, a mistake too, which is the
    /// parser's to report.
    init?(plain arguments: [String]) {
        let known = Set(ServerFlags.settings.map(\.flag) + [Self.envFile])
        var texts: [String: [String]] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let flag = String(argument.prefix { $0 != "=" })
            let hasValue = flag.utf8.count < argument.utf8.count
            let next = hasValue ? String(argument.dropFirst(flag.count + 1)) : rest.popFirst()
            guard known.contains(flag), let value = next, !value.isEmpty, hasValue || !value.hasPrefix("-")
            else { return nil }
            texts[flag, default: []].append(value)
        }
        self.texts = texts
    }

    /// The values of a flag, in order.
    subscript(flag: String) -> [String] { texts[flag] ?? [] }
}
