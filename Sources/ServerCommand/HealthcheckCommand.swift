internal import ArgumentParser
internal import Primitives
internal import StaticAuthServer

/// Asks a server on this machine whether it is well, for a container that has no other program to do so.
struct HealthcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask the server on this machine whether it is well, as HEALTHCHECK of a container does.",
        discussion: """
            Exit codes: 0 when it is, 1 when it is not or does not answer, 64 for a bad flag. Without --url it reads \
            the variables MCP_STATIC_HOST and MCP_STATIC_PORT, but no .env file.
            """)

    @Option(help: .init("Where the server is, over plain http. (default: http://localhost:9003)", valueName: "url"))
    var url: String?

    func run() throws {
        let output = StandardError()
        let url = url ?? Self.ownURL
        guard let request = PlainGet(origin: url, target: "/healthz") else {
            let source = self.url == nil ? "MCP_STATIC_HOST and MCP_STATIC_PORT" : "--url"
            output.line("static-auth-server: \(source): '\(url)' is no origin such as http://localhost:9003.")
            throw ExitCode.usage
        }
        do throws(PlainGet.Failure) {
            let answer = try request.answer()
            print(String(decoding: answer.body, as: UTF8.self).legible(keeping: .lineBreaks))
            if answer.status != 200 { throw PlainGet.Failure(reason: "its status is \(answer.status)") }
        } catch {
            output.line("static-auth-server: \(url) is not well: \(error.reason).")
            throw ExitCode(1)
        }
    }

    /// Where a server with the same variables is reached on this machine.
    private static var ownURL: String {
        let variables = ProcessEnvironment.entries()
        func value(_ name: String) -> String? { variables.last { $0.name == variablePrefix + name }?.text }
        let host = value("HOST").flatMap { ["0.0.0.0", "::"].contains($0) ? nil : $0 } ?? "localhost"
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(value("PORT") ?? "9003")"
    }
}
