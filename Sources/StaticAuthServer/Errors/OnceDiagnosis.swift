internal import HTTPEdge
internal import Synchronization

/// The diagnosis of a request, made once and only when an answer tells an error.
final class OnceDiagnosis: Sendable {
    private let request: HTTPRequest
    private let toolNames: [String]
    private let made = Mutex<MCPDiagnosis?>(nil)

    init(_ request: HTTPRequest, toolNames: [String]) {
        (self.request, self.toolNames) = (request, toolNames)
    }

    /// The diagnosis.
    var value: MCPDiagnosis {
        made.withLock { made in
            let diagnosis = made ?? MCPDiagnosis(request, toolNames: toolNames)
            made = diagnosis
            return diagnosis
        }
    }
}
