import Foundation
import StaticAuthServer
import Testing
import TestSupport

/// Each scenario has a file with the differences from the normal server's answers; nothing else may differ.
@Suite("The effect of scenarios on the wire")
struct ScenarioDifferenceTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Differences")
    private static let normal = Task { try await Tour.through(nil) }

    /// The scenario that takes longer than a test should.
    private static let late = "token-slow"

    @Test(
        "The same requests are answered differently exactly where the scenario's file says so",
        arguments: Scenario.all.map(\.name).filter { $0 != late })
    func difference(name: String) async throws {
        let normal = try await Self.normal.value
        let played = try await Tour.through(name)
        #expect(normal.map(\.name) == played.map(\.name))
        let text = zip(normal, played).flatMap(Self.difference).joined(separator: "\n") + "\n"
        try Golden.check(text, against: Self.folder.appending(path: name + ".txt").path)
    }

    @Test("Every scenario but the late one has a file, and every file a scenario")
    func files() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(Scenario.all.map { $0.name + ".txt" }).subtracting([Self.late + ".txt"]))
    }

    @Test("A normal server always answers the same requests alike")
    func stability() async throws {
        let normal = try await Self.normal.value
        #expect(try await Tour.through(nil) == normal)
        let unreached = normal.filter { $0.lines == nil }.map(\.name)
        #expect(unreached.allSatisfy { $0.contains("further scope") || $0 == "a call after that" })
    }

    /// The removed and added lines of a step.
    private static func difference(_ normal: Tour.Step, _ played: Tour.Step) -> [String] {
        guard normal != played else { return [] }
        guard let lines = played.lines else { return ["# \(normal.name)", "  never reached"] }
        let changes = lines.difference(from: normal.lines ?? [])
        return ["# \(normal.name)"]
            + changes.removals.map { if case .remove(_, let line, _) = $0 { "- \(line)" } else { "" } }
            + changes.insertions.map { if case .insert(_, let line, _) = $0 { "+ \(line)" } else { "" } }
    }
}
