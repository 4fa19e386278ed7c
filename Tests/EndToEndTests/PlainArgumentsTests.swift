import ArgumentParser
import Testing

@testable import ServerCommand

@Suite("Arguments that need no parser")
struct PlainArgumentsTests {
    private static let flags = ServerFlags.settings.map(\.flag) + [GivenFlags.envFile]

    private static func parsed(_ arguments: [String]) -> GivenFlags? {
        (try? StaticAuthServerCommand.parse(arguments)).map { GivenFlags($0.flags) }
    }

    @Test("The plain reader and the parser agree on what the plain reader accepts")
    func agreement() throws {
        var random = SystemRandomNumberGenerator()
        let values = ["x", "", "a=b", "a b", "ä", "-1", "--", "--port", "=", "1", "true", "a\nb", "e\u{301}"]
        let strays = ["--help", "-h", "--version", "report", "stray", "--nope", "--portx=1", "--", "-", "--port=", "é"]
        var accepted = 0
        for _ in 0..<600 {
            var arguments: [String] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let flag = Self.flags.randomElement(using: &random)!
                let value = values.randomElement(using: &random)!
                switch Int.random(in: 0..<10, using: &random) {
                case 0: arguments.append(strays.randomElement(using: &random)!)
                case 1: arguments.append(flag)
                case 2...5: arguments.append("\(flag)=\(value)")
                default: arguments += [flag, value]
                }
            }
            guard let plain = GivenFlags(plain: arguments) else { continue }
            accepted += 1
            let parsed = try #require(Self.parsed(arguments), "the parser refuses \(arguments)")
            for flag in Self.flags { #expect(plain[flag] == parsed[flag], "\(flag) in \(arguments)") }
        }
        #expect(accepted > 150)
    }

    @Test(
        "What is asked of the parser is left to it",
        arguments: [
            ["--help"], ["-h"], ["--version"], ["report"], ["config", "curl"], ["--port"], ["--nope", "1"], ["stray"],
            ["--port", "-1"], ["--generate-completion-script", "bash"], ["--", "--port", "1"], ["-p", "1"],
        ])
    func declined(arguments: [String]) {
        #expect(GivenFlags(plain: arguments) == nil)
    }
}
