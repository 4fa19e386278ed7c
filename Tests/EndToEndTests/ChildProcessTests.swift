import Foundation
import Testing
import TestSupport

@Suite("Programs that tests start")
struct ChildProcessTests {
    private let folder: TemporaryFolder
    private var output: String { folder.path + "/output" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func text() throws -> String { try String(contentsOfFile: output, encoding: .utf8) }

    @Test("A program gets its three streams and no other descriptor, and blocks and ignores no signal")
    func inheritance() async throws {
        // As SwiftNIO does in this process.
        Glibc.signal(SIGPIPE, SIG_IGN)
        let open = (0..<50).map { _ in Glibc.open("/dev/null", O_RDONLY) }
        defer { for descriptor in open { close(descriptor) } }
        let script = """
            import os
            print(sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1])
            for line in open("/proc/self/status"):
                if line.startswith(("SigBlk", "SigIgn")):
                    signals = int(line.split()[1], 16)
                    print([number for number in range(1, 32) if signals >> number - 1 & 1])
            print(os.getcwd(), dict(os.environ).get("A"))
            """
        // Started on a thread of Dispatch, which blocks signals.
        let process = try await blocking { [output, folder] in
            try ChildProcess(
                "/usr/bin/env", ["python3", "-c", script],
                environment: ["A": "b", "PATH": "/usr/bin", "PYTHONDONTWRITEBYTECODE": "1"], directory: folder.path,
                output: .file(output), errors: .file(output))
        }
        #expect(await process.wait() == 0)
        // Python itself ignores SIGPIPE (13) and SIGXFSZ (25); above 31 are signals of the C library.
        #expect(
            try text() == """
                [0, 1, 2]
                []
                [13, 25]
                \(folder.path) b

                """)
    }

    @Test("The exit code, or the signal, is told as often as asked for; a program that is missing is an error")
    func end() async throws {
        let seven = try ChildProcess("/bin/sh", ["-c", "exit 7"])
        #expect(await seven.wait() == 7)
        #expect(await seven.wait() == 7)
        #expect(seven.exitCode == 7 && !seven.isRunning)
        // Another process may have its number now.
        seven.signal(SIGKILL)

        let sleeper = try ChildProcess("sleep", ["600"])
        #expect(sleeper.isRunning)
        async let end = sleeper.wait()
        sleeper.signal(SIGTERM)
        #expect(await end == -SIGTERM)

        #expect(throws: ChildProcess.StartError.self) { try ChildProcess("/nonexistent") }
        #expect(throws: ChildProcess.StartError.self) { try ChildProcess("sleep", ["0"], directory: "/nonexistent") }
    }

    @Test("A program ends with the last reference to it")
    func reference() async throws {
        let pid = try ChildProcess("sleep", ["600"]).pid
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test("Programs start while other threads open and close thousands of descriptors")
    func descriptors() async throws {
        let limit = ConnectionFloodTests.descriptors(upTo: 12_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await blocking {
                        for _ in 0..<20 {
                            let open = (0..<min(3000, limit / 4)).map { _ in Glibc.open("/dev/null", O_RDONLY) }
                            for descriptor in open where descriptor >= 0 { close(descriptor) }
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<100 {
                        let code = try await ChildProcess.run("true", [])
                        #expect(code == 0)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
