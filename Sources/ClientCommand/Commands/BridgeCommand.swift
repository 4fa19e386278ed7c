internal import ArgumentParser
internal import Dispatch
internal import MCPClient

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// `bridge`: a stdio MCP server that forwards to a remote one.
struct BridgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bridge",
        abstract: "Run a stdio MCP server that forwards to a remote one, for hosts that support stdio only.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options, timeouts: timeouts) { context in
            let input = StandardInput()
            let host = LineWriter(file: STDOUT_FILENO)
            let (hostIsThere, hostIsGone) = AsyncStream<Never>.makeStream()
            let bridge = Bridge(
                context.connection, words: { words(for: $0) }, warn: { Output.notice($0.oneLine) }
            ) { message in
                // A host that has closed its end reads no more answers and sends no more requests.
                if await !host.write(message) { hostIsGone.finish() }
            }
            // A host that has gone while a call is silent is noticed without writing to it.
            Task {
                await host.readerIsGone()
                hostIsGone.finish()
            }
            let failure = await withTaskCancellationHandler {
                await withTaskGroup(of: (isGone: Bool, failure: (any Error)?).self) { group in
                    group.addTask { (false, await bridge.run(input.lines())) }
                    group.addTask {
                        for await _ in hostIsThere {}
                        return (!Task.isCancelled, nil)
                    }
                    var (isGone, failure): (Bool, (any Error)?) = (false, nil)
                    for await end in group {
                        (isGone, failure) = (isGone || end.isGone, failure ?? end.failure)
                        group.cancelAll()
                    }
                    return isGone ? nil : failure
                }
            } onCancel: {
                // The calls under way are answered with an error, if the host reads.
                DispatchQueue.global().asyncAfter(deadline: .now() + 1) { host.close() }
            }
            if let failure { throw failure }
        }
    }

    /// The timeouts of the host apply; a given timeout limits the silence of the server.
    private var timeouts: Timeouts {
        options.talk.timeout.map { Timeouts(idle: .seconds($0), total: nil) } ?? .unlimited
    }
}
