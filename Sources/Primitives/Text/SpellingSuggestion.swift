/// Finds the name that was probably meant by a misspelt one.
public enum SpellingSuggestion {
    /// Returns the name that differs from the text by a few letters, or by case and punctuation; nil when there is
    /// none.
    public static func name(to text: String, among names: some Sequence<String>) -> String? {
        let wanted = letters(text)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let candidates = names.map { (name: $0, distance: distance(wanted, letters($0))) }
        guard let best = candidates.filter({ $0.name != text }).min(by: { $0.distance < $1.distance }) else {
            return nil
        }
        return best.distance <= max(1, wanted.count / 4) ? best.name : nil
    }

    private static func letters(_ text: String) -> [UInt8] {
        text.lowercased().utf8.filter { $0.isLetter || $0.isDigit }
    }

    /// The number of letters to add, remove or replace (Levenshtein distance).
    package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let cost = letter == other ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
                (diagonal, row[j + 1]) = (row[j + 1], cost)
            }
        }
        return row[right.count]
    }
}
