/// A second opinion on what JSON is, by a different method: the grammar of RFC 8259 as a stack of tokens that each
/// closing bracket folds into one value.
enum JSONGrammar {
    private enum Token { case value, string, comma, colon, bracket, brace }

    static func accepts(_ text: [UInt8]) -> Bool {
        guard String(validating: text, as: UTF8.self) != nil else { return false }
        var rest = text[...]
        var stack: [Token] = []
        while let first = rest.first {
            switch Character(Unicode.Scalar(first)) {
            case " ", "\t", "\n", "\r": rest.removeFirst()
            case "[": push(.bracket)
            case "{": push(.brace)
            case ",": push(.comma)
            case ":": push(.colon)
            case "]": guard close(.bracket, [[.value], [.string]]) else { return false }
            case "}":
                guard close(.brace, [[.string, .colon, .value], [.string, .colon, .string]]) else { return false }
            case "\"":
                guard string(&rest) else { return false }
                stack.append(.string)
            default:
                let word = rest.prefix { !" \t\n\r[]{},:\"".utf8.contains($0) }
                guard ["true", "false", "null"].contains(where: word.elementsEqual) || number(word) else {
                    return false
                }
                rest = rest.dropFirst(word.count)
                stack.append(.value)
            }
        }
        return stack == [.value] || stack == [.string]

        func push(_ token: Token) {
            rest.removeFirst()
            stack.append(token)
        }

        /// Replaces the tokens since the opening by a value, when they are a list of the items with commas between.
        func close(_ opening: Token, _ items: [[Token]]) -> Bool {
            rest.removeFirst()
            guard let start = stack.lastIndex(where: { $0 == .bracket || $0 == .brace }), stack[start] == opening else {
                return false
            }
            let content = stack[(start + 1)...]
            stack.removeLast(stack.count - start)
            stack.append(.value)
            return content.isEmpty
                || content.split(separator: .comma, omittingEmptySubsequences: false).allSatisfy {
                    items.contains(Array($0))
                }
        }
    }

    /// Removes a string from the front.
    private static func string(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let letter = rest.popFirst() else { return false }
            if letter == UInt8(ascii: "u") {
                let digits = rest.prefix(4)
                guard digits.count == 4, digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else {
                    return false
                }
                rest = rest.dropFirst(4)
            } else if !"\"\\/bfnrt".utf8.contains(letter) {
                return false
            }
        }
        return false
    }

    private static func number(_ word: ArraySlice<UInt8>) -> Bool {
        var rest = word
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let integer = digits()
        guard !integer.isEmpty, integer.count == 1 || integer.first != UInt8(ascii: "0") else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            if digits().isEmpty { return false }
        }
        if let letter = rest.first, "eE".utf8.contains(letter) {
            rest.removeFirst()
            if let sign = rest.first, "+-".utf8.contains(sign) { rest.removeFirst() }
            if digits().isEmpty { return false }
        }
        return rest.isEmpty

        func digits() -> ArraySlice<UInt8> {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func elementsEqual(_ text: String) -> Bool { elementsEqual(text.utf8) }
}
