import Foundation
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Writing to the host", .timeLimit(.minutes(2)))
struct OutboxTests {
    @Test("Messages are written whole, in the order of submission")
    func order() async {
        let log = Mutex<[String]>([])
        let outbox = Outbox { bytes in
            let name = String(decoding: bytes, as: UTF8.self)
            log.withLock { $0.append("\(name)(") }
            try? await Task.sleep(for: .milliseconds(5))
            log.withLock { $0.append(")") }
        }
        await withTaskGroup { group in
            for number in 0..<20 { group.addTask { await outbox.send { Array("\(number)".utf8) } } }
        }
        let parts = log.withLock { $0 }
        #expect(parts.count == 40)
        #expect(stride(from: 0, to: 40, by: 2).allSatisfy { parts[$0].hasSuffix("(") && parts[$0 + 1] == ")" })
    }

    /// Work that runs until it is released, with a count.
    private final class Work: Sendable {
        private struct State {
            var running = 0
            var most = 0
            var order: [Int] = []
            var isOpen = false
        }

        private let state = Mutex(State())

        var most: Int { state.withLock { $0.most } }
        var order: [Int] { state.withLock { $0.order } }
        func open() { state.withLock { $0.isOpen = true } }

        func run(_ number: Int) async {
            state.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
                state.order.append(number)
            }
            while !state.withLock({ $0.isOpen }) { try? await Task.sleep(for: .milliseconds(1)) }
            state.withLock { $0.running -= 1 }
        }
    }

    @Test("No more tasks than the limit run at once; others follow in order, without cancelled ones")
    func turns() async throws {
        let turns = Turns(limit: 3)
        let work = Work()
        defer { work.open() }
        var tasks: [Task<Void, Never>] = []
        for number in 0..<8 {
            tasks.append(Task { await turns.run { await work.run(number) } })
            try #require(await eventually { await turns.waitingCount == max(0, number - 2) || number < 3 })
            if number < 3 { try #require(await eventually { work.order.count == number + 1 }) }
        }
        tasks[4].cancel()
        try #require(await eventually { await turns.waitingCount == 4 })
        work.open()
        for task in tasks { await task.value }
        #expect(work.most == 3)
        #expect(Set(work.order) == [0, 1, 2, 3, 5, 6, 7])
    }

    @Test("Lines are written whole to a slow reader, even on a non-blocking pipe", arguments: [true, false])
    func slowReader(_ blocks: Bool) async throws {
        let pipe = Pipe()
        let file = pipe.fileHandleForWriting.fileDescriptor
        if !blocks { #expect(fcntl(file, F_SETFL, O_NONBLOCK) == 0) }
        let writer = LineWriter(file: file)
        let lines = (0..<12).map { [UInt8](repeating: UInt8(ascii: "a") + UInt8($0), count: 100_000 + $0) }
        async let written: Void = {
            await withTaskGroup { group in
                for line in lines { group.addTask { _ = await writer.write(line) } }
            }
            try pipe.fileHandleForWriting.close()
        }()
        var received = Data()
        while case let piece = try await Self.read(pipe, upTo: 7_001), !piece.isEmpty { received += piece }
        try await written
        let seen = received.split(separator: 0x0A).map(Array.init)
        #expect(Set(seen) == Set(lines))
    }

    private static func read(_ pipe: Pipe, upTo count: Int) async throws -> Data {
        try await Task.sleep(for: .milliseconds(1))
        let file = pipe.fileHandleForReading
        return try await blocking { try file.read(upToCount: count) ?? Data() }
    }

    @Test("Writing ends when the reader is gone, or on request")
    func end() async throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        let writer = LineWriter(file: pipe.fileHandleForWriting.fileDescriptor)
        #expect(await writer.write([0x61]))
        try pipe.fileHandleForReading.close()
        #expect(await !writer.write([0x62]))
        #expect(await !writer.write([0x63]))

        let full = Pipe()
        let other = LineWriter(file: full.fileHandleForWriting.fileDescriptor)
        async let isWritten = other.write([UInt8](repeating: 0x61, count: 1 << 20))
        try await Task.sleep(for: .milliseconds(50))
        other.close()
        #expect(await !isWritten)
    }

    @Test("While the host does not read, only answers of pending calls are read from the server")
    func backPressure() async throws {
        let answered = Mutex(0)
        let script = ScriptedServer.serving(call: { asked in
            answered.withLock { $0 += 1 }
            return ScriptedServer.mcp(asked)
        })
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let isReading = Mutex(false)
                let host = Host()
                let bridge = Bridge(try bench.connection(server.mcpURL)) { bytes in
                    while !isReading.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
                    host.take(bytes)
                }
                let running = Task { await bridge.run(host.lines) }
                let count = Bridge.forwardLimit + 40
                for id in 1...count { host.send("tools/call", id: JSONValue(id), ["name": "echo"]) }
                #expect(await eventually { answered.withLock { $0 } == Bridge.forwardLimit })
                try await Task.sleep(for: .milliseconds(100))
                #expect(answered.withLock { $0 } == Bridge.forwardLimit)
                isReading.withLock { $0 = true }
                #expect(await eventually { host.all.count == count })
                host.end()
                await running.value
            }
        }
    }
}
