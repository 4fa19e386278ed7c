extension StringProtocol {
    /// The text without leading and trailing spaces and tabs, which are optional in header lists and files.
    package func trimmingSpaces() -> String {
        let (bytes, spaces) = (Substring(self).utf8, " \t\r".utf8)
        guard let first = bytes.firstIndex(where: { !spaces.contains($0) }),
            let last = bytes.lastIndex(where: { !spaces.contains($0) })
        else { return "" }
        return String(Substring(bytes[first...last]))
    }
}
