/// A file that holds the value of a secret setting, such as a mounted secret of Docker or Kubernetes.
///
/// One line end after the value is not part of it. A setting that can be repeated has one value per line.
struct SecretFile {
    let path: String

    /// The most bytes that are read.
    private static let maximumBytes = 64 << 10

    /// Reads the file.
    ///
    /// - Throws: `MalformedValue` when it cannot be read; the message never has its content.
    func values(_ shape: SettingShape) throws(MalformedValue) -> [String] {
        guard !path.isEmpty else { throw MalformedValue(reason: "It is empty; give a path or leave it out.") }
        let text: String
        do throws(Files.Failure) {
            text = try Files.text(of: path, atMost: Self.maximumBytes)
        } catch {
            throw MalformedValue(reason: "\(path): \(error.reason).")
        }
        var value = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        if shape == .repeatable { return value.split(whereSeparator: \.isNewline).map(String.init) }
        if value.last?.isNewline == true { value.removeLast() }
        guard !value.contains(where: \.isNewline) else {
            throw MalformedValue(reason: "\(path): It has more than one line, and this is one value.")
        }
        return [String(value)]
    }
}
