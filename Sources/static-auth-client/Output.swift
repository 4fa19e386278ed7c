internal import ArgumentParser
internal import MCP
internal import MCPClient

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Where results and everything else go.
struct Output: Sendable {
    /// The form of results.
    ///
    /// `junit` is for the doctor's report only.
    enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

    let form: Form

    /// Writes a result: one document, or lines for people.
    func result(_ document: JSONObject, text: String) {
        switch form {
        case .json, .junit: Self.write(JSONWriter.bytes(of: document) + [0x0A], to: STDOUT_FILENO)
        case .text:
            Self.write(Array((text.isEmpty ? "" : text.withoutControls + "\n").utf8), to: STDOUT_FILENO)
        }
    }

    /// Tells the person something.
    static func notice(_ text: String) { write(Array("\(text.withoutControls)\n".utf8), to: STDERR_FILENO) }

    /// Tells of a failure: in words, and for a program as a document.
    func failure(_ error: any Error) {
        Self.notice("static-auth-client: \(error is CancellationError ? "interrupted" : "\(error)")")
        guard form == .json else { return }
        var document: JSONObject = [:]
        switch error {
        case let error as ClientError:
            document = ["kind": .string(error.kind.rawValue), "problem": .string(error.problem)]
            document["advice"] = error.advice.map { .string($0) }
            document["code"] = error.code.map { .string($0) }
        case let error as RemoteError:
            document = [
                "kind": "remote", "problem": .string(error.message), "code": JSONValue(error.code),
                "status": JSONValue(error.status),
            ]
            document["data"] = error.data
        default: document = ["kind": "interrupted", "problem": .string("\(error)")]
        }
        Self.write(JSONWriter.bytes(of: .object(["error": .object(document)])) + [0x0A], to: STDOUT_FILENO)
    }

    static func write(_ bytes: [UInt8], to file: CInt) {
        Descriptor.write(bytes, to: file)
    }
}
