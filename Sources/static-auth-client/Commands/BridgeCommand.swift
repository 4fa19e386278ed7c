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
        abstract: "Be a stdio MCP server that forwards to a remote one, for hosts that only speak stdio.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await Run.with(options) { setup in
            let bridge = Bridge(setup.connection) { Output.write($0 + [0x0A], to: STDOUT_FILENO) }
            let (lines, input) = AsyncStream<[UInt8]>.makeStream()
            let reader = DispatchQueue(label: "standard input")
            reader.async {
                while let line = readLine() { input.yield(Array(line.utf8)) }
                input.finish()
            }
            await bridge.run(lines)
        }
    }
}
