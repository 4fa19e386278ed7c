internal import ArgumentParser
internal import Primitives
internal import StaticAuthServer

/// Asks a server on this machine whether it is well, for a container that has no other program to do so.
struct HealthcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask the server on this machine whether it is well, as HEALTHCHECK of a container does.",
        discussion: """
            Exit codes: 0 when it is, 1 when it is not or does not answer, 64 for a bad flag. The server is where --url \
            says, or --host and --port, or the variables MCP_STATIC_HOST and MCP_STATIC_PORT; no .env file is read.
            """)

    @ParentCommand private var server: StaticAuthServerCommand

    @Option(help: .init("Where the server is, over plain http. (default: http://localhost:9003)", valueName: "url"))
    var url: String?

    func run() throws {
        let flags = GivenFlags(server.flags)
        try flags.allow(RunningServer.flags, for: Self.self)
        let running = try RunningServer(url: url, flags)
        let request = try running.get("/healthz")
        let answer: PlainGet.Answer
        do throws(PlainGet.Failure) {
            answer = try request.answer()
        } catch {
            throw notWell(running, error.reason)
        }
        try StandardOutput.result(String(decoding: answer.body, as: UTF8.self).legible(keeping: ["\n", "\t"]) + "\n")
        if answer.status != 200 { throw notWell(running, "its status is \(answer.status)") }
    }

    private func notWell(_ server: RunningServer, _ reason: String) -> ExitCode {
        StandardError().line("static-auth-server: \(server.url) is not well: \(reason).")
        return ExitCode(1)
    }
}
