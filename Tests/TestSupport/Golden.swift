import Foundation
public import Testing

/// Expected output in files.
///
/// `UPDATE_GOLDEN=1` writes the actual output instead of comparing; review the difference before you commit it.
public enum Golden {
    /// Compares text with a file, or rewrites the file.
    public static func check(
        _ actual: String, against path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try actual.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let expected = try lines(of: path)
        let lines = actual.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (number, (actual, expected)) in zip(lines, expected).enumerated() where actual != expected {
            Issue.record(
                "\(path):\(number + 1)\nexpected \(expected)\n     got \(actual)", sourceLocation: sourceLocation)
        }
        #expect(lines.count == expected.count, sourceLocation: sourceLocation)
    }

    /// The lines of a file.
    public static func lines(of path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
