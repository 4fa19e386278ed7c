internal import Primitives

/// The flags that need no value: `--no-debug` is `--no-debug=true`.
///
/// A value follows only after `=`, as with the long options of GNU programs, so that the next word is never one.
struct Switches {
    let flags = Set(ServerFlags.settings.filter { $0.shape == .switch }.map(\.flag))

    /// The problem of a word after a switch that is meant as its value; nil when there is none.
    ///
    /// - Parameter commands: the subcommands, whose own arguments may follow a switch.
    func problem(of arguments: some Collection<String>, commands: [String]) -> String? {
        let plain = arguments.prefix { !commands.contains($0) }
        for (flag, word) in zip(plain, plain.dropFirst()) where flags.contains(flag) && !word.hasPrefix("-") {
            return "\(flag) takes a value after '=' only: \(flag)=\(word.legible())."
        }
        return nil
    }

    /// The text of `--help` with the notation of switches: `--no-debug[=<true|false>]`.
    func help(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let flag = line.split(separator: " ").first.map(String.init), flags.contains(flag),
                let start = line.firstRange(of: "\(flag) <"), let end = line[start.upperBound...].firstIndex(of: ">")
            else { return String(line) }
            let rest = line[line.index(after: end)...]
            return line[..<start.lowerBound] + "\(flag)[=<" + line[start.upperBound...end] + "]"
                + (rest.hasPrefix("   ") ? rest.dropFirst(2) : rest)
        }.joined(separator: "\n")
    }
}
