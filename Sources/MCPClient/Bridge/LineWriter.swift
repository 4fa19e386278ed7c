internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Writes whole lines to an open file on a thread of its own, and makes the caller wait for slow readers.
package final class LineWriter: Sendable {
    private let file: CInt
    private let queue = DispatchQueue(label: "lines")
    private let isClosed = Atomic(false)

    /// Makes a writer to a file that stays open.
    package init(file: CInt) { self.file = file }

    /// Writes a line and its line feed.
    ///
    /// - Returns: false when the reader is gone; nothing is written from then on.
    @discardableResult
    package func write(_ line: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                let isWritten =
                    !isClosed.load(ordering: .relaxed)
                    && Descriptor.write(line + [0x0A], to: file) { !self.isClosed.load(ordering: .relaxed) }
                if !isWritten { close() }
                continuation.resume(returning: isWritten)
            }
        }
    }

    /// Waits until the reader of a pipe has gone, which may be never.
    package func readerIsGone() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "reader").async { [file] in
                Descriptor.waitForEnd(of: file)
                continuation.resume()
            }
        }
    }

    /// Stops writing, even in the middle of a line that is not read.
    package func close() { isClosed.store(true, ordering: .relaxed) }
}
