internal import Dispatch

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The lines of standard input, read only as fast as they are consumed.
struct StandardInput: Sendable {
    /// The maximum size of a line in bytes; of a longer one only the beginning is passed on.
    private static let longestLine = 64 << 20
    /// The free places for lines in the buffer; counted up from zero, because a semaphore must not end below its
    /// initial value.
    private let slots = DispatchSemaphore(value: 0)

    init() { for _ in 0..<64 { slots.signal() } }

    /// The lines without their line feeds, until the input ends.
    func lines() -> some AsyncSequence<[UInt8], Never> & Sendable {
        let (lines, input) = AsyncStream<[UInt8]>.makeStream()
        DispatchQueue(label: "standard input").async { [slots] in
            Self.read { line in
                slots.wait()
                input.yield(line)
            }
            input.finish()
        }
        return lines.map { [slots] line in
            slots.signal()
            return line
        }
    }

    private static func read(_ take: ([UInt8]) -> Void) {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { some($0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                poll(&wanted, 1, -1)
                continue
            }
            guard count > 0 else { break }
            var rest = buffer[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                line += rest[..<end].prefix(longestLine - line.count)
                take(line)
                line = []
                rest = rest[(end + 1)...]
            }
            line += rest.prefix(longestLine - line.count)
        }
        if !line.isEmpty { take(line) }
    }

    /// The system's `read`, which the function above shadows.
    private static func some(_ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.read(STDIN_FILENO, bytes, count)
        #elseif canImport(Musl)
        Musl.read(STDIN_FILENO, bytes, count)
        #else
        Darwin.read(STDIN_FILENO, bytes, count)
        #endif
    }
}
