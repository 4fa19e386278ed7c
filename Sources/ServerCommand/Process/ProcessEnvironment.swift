#if canImport(Glibc)
@preconcurrency internal import Glibc
#elseif canImport(Musl)
@preconcurrency internal import Musl
#elseif canImport(Darwin)
@preconcurrency internal import Darwin
#endif

/// The environment variables of the process.
enum ProcessEnvironment {
    /// Lists all of them; read while the process has one thread.
    static func entries() -> [SettingsLoader.Entry] {
        var entries: [SettingsLoader.Entry] = []
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let line = next?.pointee {
            let text = String(cString: line)
            if let mark = text.firstIndex(of: "=") {
                entries.append(.init(name: String(text[..<mark]), text: String(text[text.index(after: mark)...])))
            }
            next = next?.successor()
        }
        return entries
    }
}
