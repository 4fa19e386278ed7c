internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `listen`: prints notifications of the server, until it ends the stream or Ctrl-C.
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Show the notifications of a server, one a line, until Ctrl-C.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options) { context in
            let (failures, failed) = AsyncStream<any Error>.makeStream()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await context.connection.listen { message in
                        do {
                            try context.output.result(message, text: (message["method"]?.string ?? "").oneLine)
                        } catch {
                            failed.yield(error)
                        }
                    }
                }
                group.addTask { for await failure in failures { throw failure } }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
