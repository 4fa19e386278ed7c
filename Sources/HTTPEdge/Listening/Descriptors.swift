#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The number of files and sockets that this process may open.
package enum Descriptors {
    /// The number of descriptors that connections never get: for the event loop, the listening sockets, the connections
    /// that one turn of the loop accepts too many, and the store, which may open files and reconnect at any time.
    static let reserve = 32
    /// The minimum number of sockets for which a server starts.
    static let fewestSockets = 4
    /// The number up to which descriptors are counted; more than a server uses.
    private static let maximumCounted = 16 << 10

    /// The limit of open files is too low.
    package struct TooFew: Error, Equatable {
        /// The maximum number of open files, and the current one.
        package let limit, open: Int

        /// The limit that a server needs to start.
        package var needed: Int { open + reserve + fewestSockets }
    }

    /// The maximum number of sockets for connections from now on.
    ///
    /// - Throws: ``TooFew`` where they are too few for a server.
    package static func sockets() throws(TooFew) -> Int {
        let limit = min(Self.limit, maximumCounted)
        let open = open(below: limit)
        guard limit - open - reserve >= fewestSockets else { throw TooFew(limit: limit, open: open) }
        return limit - open - reserve
    }

    /// The present limit; the system refuses descriptors from this number on.
    private static var limit: Int {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        return getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    }

    /// The number of open descriptors.
    private static func open(below limit: Int) -> Int {
        if let listed { return listed }
        // Asking about thousands takes a tenth of the start, but needs no descriptor.
        var all = (0..<CInt(limit)).map { pollfd(fd: $0, events: 0, revents: 0) }
        guard poll(&all, nfds_t(limit), 0) >= 0 else { return 0 }
        return all.count { $0.revents & Int16(POLLNVAL) == 0 }
    }

    /// The number in the system's list; nil where it has no list or cannot open it.
    private static var listed: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        // Without the folder, its parent, and the descriptor that reads it.
        var count = -3
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
