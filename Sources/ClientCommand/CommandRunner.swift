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

/// Runs the work of a command: Ctrl-C cancels it, failures are reported, and connections are closed.
enum CommandRunner {
    static func with(
        _ options: ServerOptions, asksPerson: Bool? = nil, writesJUnit: Bool = false, timeouts: Timeouts? = nil,
        _ work: @escaping @Sendable (CommandContext) async throws -> Void
    ) async throws {
        try await reporting(options.common.output, writesJUnit: writesJUnit) {
            let context = try CommandContext(options, asksPerson: asksPerson, timeouts: timeouts)
            do {
                try await work(context)
            } catch {
                await context.close()
                throw error
            }
            await context.close()
        }
    }

    /// Runs work and turns its failure into a message and an exit code.
    static func reporting(
        _ form: Output.Form, writesJUnit: Bool = false, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        signal(SIGPIPE, SIG_IGN)
        let task = Task {
            guard form != .junit || writesJUnit else {
                throw ClientError(.usage, "Only the doctor writes JUnit.", advice: "Use --output json.")
            }
            try await work()
        }
        let interrupts = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
        defer { for interrupt in interrupts { interrupt.cancel() } }
        do {
            try await task.value
        } catch let code as ExitCode {
            throw code
        } catch {
            Output(form: form).failure(error)
            throw ExitCodes.code(for: error)
        }
    }
}

extension CommandContext {
    func close() async {
        await connection.close()
        await web.close()
    }
}
