/// Finds the name that was probably meant by a misspelt one.
public enum SpellingSuggestion {
    /// Returns the name that differs from the text by a few letters, by case and punctuation, or by being longer; nil
    /// when there is none.
    public static func name(to text: String, among names: some Sequence<String>) -> String? {
        let wanted = letters(text)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let names = names.filter { $0 != text }
        let candidates = names.map { (name: $0, distance: distance(wanted, letters($0))) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        if best.distance <= max(1, wanted.count / 4), best.distance < wanted.count { return best.name }
        let longer = names.filter { isAbbreviation(text, of: $0) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// A question for the end of a message: ` Did you mean 'refresh'?`; empty when there is no suggestion.
    public static func question(about text: String, among names: some Sequence<String>) -> String {
        name(to: text, among: names).map { " Did you mean '\($0.legible())'?" } ?? ""
    }

    /// The message about a word in the place of a command; nil for an option, and for a command that there is.
    public static func problem(ofCommand word: String?, among names: [String]) -> String? {
        guard let word, !word.hasPrefix("-"), !names.contains(word) else { return nil }
        let advice = question(about: word, among: names)
        return "There is no command '\(word.legible())'."
            + (advice.isEmpty ? " There are \(names.joined(separator: ", "))." : advice)
    }

    /// Whether each word of a text is the beginning of a word of the name, in the same order: `auth_code`, `refresh`.
    private static func isAbbreviation(_ text: String, of name: String) -> Bool {
        var rest = words(name)[...]
        return words(text).allSatisfy { word in
            guard word.count >= 4, let index = rest.firstIndex(where: { $0.starts(with: word) }) else { return false }
            rest = rest[(index + 1)...]
            return true
        }
    }

    private static func words(_ text: String) -> [[UInt8]] {
        text.lowercased().utf8.split { !$0.isLetter && !$0.isDigit }.map(Array.init)
    }

    private static func letters(_ text: String) -> [UInt8] {
        text.lowercased().utf8.filter { $0.isLetter || $0.isDigit }
    }

    /// The number of letters to add, remove or replace, or of neighbours to swap (optimal string alignment distance).
    package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var (earlier, row) = ([Int](), Array(0...right.count))
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                let cost = left[i] == right[j] ? row[j] : min(row[j], row[j + 1], next[j]) + 1
                let isSwapped = i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j]
                next.append(isSwapped ? min(cost, earlier[j - 1] + 1) : cost)
            }
            (earlier, row) = (row, next)
        }
        return row[right.count]
    }
}
