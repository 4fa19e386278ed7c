internal import ArgumentParser
internal import MCPClient
internal import MCPCore
internal import Primitives
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Standard output for results, standard error for everything else.
struct Output: Sendable {
    /// The format of results.
    ///
    /// `junit` is for the doctor's report only.
    enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

    let form: Form

    /// A colour of the terminal's own palette (ECMA-48, SGR).
    enum Color: String {
        case red = "31"
        case green = "32"
        case amber = "33"
        case dim = "2"
    }

    /// Writes a result: one document, or lines for people.
    ///
    /// - Parameter colors: the colours, at a terminal, of the words that lines begin with.
    /// - Throws: `storage` when standard output takes no more; ``ExitCodes/brokenPipe`` when its reader has gone.
    func result(_ document: JSONObject, text: String, painting colors: KeyValuePairs<String, Color> = [:]) throws {
        let bytes: [UInt8]
        switch form {
        case .json, .junit: bytes = Self.line(document)
        case .text:
            // Colours come after everything that a server sent was made harmless.
            bytes = Array((text.isEmpty ? "" : Self.painted(text.withoutControls, colors) + "\n").utf8)
        }
        guard !Descriptor.write(bytes, to: STDOUT_FILENO) else { return }
        let reason = errno
        if reason == EPIPE { throw ExitCodes.brokenPipe }
        throw ClientError(.storage, "Standard output takes no more: \(String(cString: strerror(reason))).")
    }

    private static func painted(_ text: String, _ colors: KeyValuePairs<String, Color>) -> String {
        guard !colors.isEmpty, showsColors else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let (word, color) = colors.first(where: { line.hasPrefix($0.key) }) else { return String(line) }
            return "\u{1B}[\(color.rawValue)m\(word)\u{1B}[0m\(line.dropFirst(word.count))"
        }.joined(separator: "\n")
    }

    /// Whether standard output is a terminal with colours, and its user wants them (no-color.org).
    private static var showsColors: Bool {
        func isSet(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        return isatty(STDOUT_FILENO) == 1 && !isSet("NO_COLOR") && !isDumb
    }

    /// Writes a notice to standard error.
    static func notice(_ text: String) { Notices.shared.write(text.withoutControls) }

    /// Reports a failure: in words, and for a program as a document.
    func failure(_ error: any Error) {
        Self.notice("static-auth-client: \(words(for: error).oneLine)")
        guard form == .json else { return }
        var document: JSONObject = [:]
        switch error {
        case let error as ClientError:
            document = ["kind": .string(error.kind.rawValue), "problem": .string(error.problem)]
            document["advice"] = error.advice.map { .string($0.words) }
            document["code"] = error.code.map { .string($0) }
            document["retry_after"] = error.retryAfter.map { JSONValue(Int($0.components.seconds)) }
        case let error as RemoteError:
            document = [
                "kind": "remote", "problem": .string(error.message), "code": JSONValue(error.code),
                "status": JSONValue(error.status),
            ]
            document["data"] = error.data
        default: document = ["kind": "interrupted", "problem": .string(words(for: error))]
        }
        Self.write(Self.line(["error": .object(document)]), to: STDOUT_FILENO)
    }

    private static func line(_ document: JSONObject) -> [UInt8] { JSONWriter.bytes(of: document).escapedJSON + [0x0A] }

    static func write(_ bytes: [UInt8], to file: CInt) {
        Descriptor.write(bytes, to: file)
    }
}

/// Standard error: writes whole lines, and never waits long for its reader.
final class Notices: Sendable {
    static let shared = Notices()

    /// The maximum number of waits for the reader of a line.
    private static let maximumWaits = 20
    /// The number of lines lost since the last one that was read.
    private let lost = Mutex(0)

    /// Writes a line.
    ///
    /// While standard error is not read, lines are lost; their number is reported when it is read again.
    func write(_ line: String) {
        lost.withLock { lost in
            guard Descriptor.isReady(STDERR_FILENO, within: lost > 0 ? 0 : 1000) else {
                lost += 1
                return
            }
            let text = lost > 0 ? "(lines lost here that were not read: \(lost))\n\(line)\n" : "\(line)\n"
            var left = Self.maximumWaits
            let isWritten = Descriptor.write(Array(text.utf8), to: STDERR_FILENO) {
                left -= 1
                return left > 0
            }
            lost = isWritten ? 0 : 1
        }
    }
}
