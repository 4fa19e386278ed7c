extension StringProtocol {
    /// The text without the spaces and tabs around it, as header lists and files have them.
    package func trimmingSpaces() -> String {
        let (bytes, spaces) = (Substring(self).utf8, " \t\r".utf8)
        guard let first = bytes.firstIndex(where: { !spaces.contains($0) }),
            let last = bytes.lastIndex(where: { !spaces.contains($0) })
        else { return "" }
        return String(Substring(bytes[first...last]))
    }
}
