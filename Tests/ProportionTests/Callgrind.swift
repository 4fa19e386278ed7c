import Foundation
import TestSupport

/// Runs the program `Proportion` under valgrind, which counts the instructions of each call of its `measured`.
enum Callgrind {
    /// The work, the size of its input in kilobytes, and its instructions.
    struct Count {
        let label: String
        let size, instructions: Int
    }

    /// The output of valgrind when it fails.
    struct Failure: Error {
        let output: String
    }

    /// The counts of all work, in order.
    static func counts(_ arguments: [String]) async throws -> [Count] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "proportion-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "Proportion")
        // Without debug information, which not every valgrind can read from Swift; names are enough.
        let built = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "Proportion")
        _ = try await run("strip", ["--strip-debug", "-o", program.path, built.path], folder)
        let options = ["--tool=callgrind", "--dump-line=no", "--callgrind-out-file=\(folder.path)/out"]
        let dumps = ["--zero-before=proportion_measured", "--dump-after=proportion_measured"]
        let output = try await run("valgrind", options + dumps + [program.path] + arguments, folder)
        let done = output.split(separator: "\n").map { $0.split(separator: "\t") }.filter { $0.count == 2 }
        let totals = try totals(in: folder)
        guard !done.isEmpty, done.count == totals.count else {
            throw Failure(output: "\(done.count) calls, \(totals.count) counts: \(output.suffix(2000))")
        }
        return zip(done, totals).map { words, total in
            Count(label: String(words[1]), size: Int(words[0]) ?? 0, instructions: total)
        }
    }

    /// Runs a program to its end and returns what it printed.
    private static func run(_ program: String, _ arguments: [String], _ folder: URL) async throws -> String {
        let environment = ProcessInfo.processInfo.environment
            .merging(["SWIFT_DETERMINISTIC_HASHING": "1", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let log = folder.appending(path: "\(program.split(separator: "/").last ?? "").log")
        try await ChildProcess(
            program, arguments, environment: environment, output: .file(log.path), errors: .file(log.path)
        ).wait()
        return (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    /// The totals in the dumps after each call, in order.
    private static func totals(in folder: URL) throws -> [Int] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let numbers = names.compactMap { $0.hasPrefix("out.") ? Int($0.dropFirst(4)) : nil }.sorted()
        return try numbers.compactMap { number in
            let text = try String(contentsOf: folder.appending(path: "out.\(number)"), encoding: .utf8)
            guard text.contains("Trigger: --dump-after") else { return nil }
            return text.split(separator: "\n").last { $0.hasPrefix("totals: ") }.flatMap { Int($0.dropFirst(8)) }
        }
    }
}
