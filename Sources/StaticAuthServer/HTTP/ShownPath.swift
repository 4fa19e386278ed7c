internal import FlowRecorder
internal import Primitives

extension SecretScanner {
    /// Returns the path of a request in a form that may be shown, cut off where it is long.
    func scanned(path: String) -> String {
        path == Path.mcp ? path : excerpt(path).text
    }
}
