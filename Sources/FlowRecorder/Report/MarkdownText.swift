/// Text of a client in Markdown.
enum MarkdownText {
    /// Text that is neither markup nor the address of a page.
    ///
    /// By scalars: with a combining mark a bracket is another `Character`, but to Markdown it stays a bracket.
    static func plain(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { index in
            let beginsAddress =
                scalars[index...].starts(with: "://".unicodeScalars)
                || scalars[index] == "." && scalars[..<index].suffix(3).elementsEqual("www".unicodeScalars)
            let isMarkup = "\\`*_[]<>|~&!#$@".unicodeScalars.contains(scalars[index])
            return isMarkup || beginsAddress ? "\\\(scalars[index])" : String(scalars[index])
        }.joined()
    }
}
