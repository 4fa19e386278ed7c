#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How many more files and sockets this process may open.
package enum Descriptors {
    /// What is never given to connections: a server needs them for its event loop, its listening sockets, the
    /// connections that one turn of the loop takes too many, and for the store, which may open files and connect anew
    /// at any time.
    static let reserve = 32
    /// With fewer sockets than this no server starts.
    static let fewestSockets = 4
    /// How far it is counted; more than a server uses.
    private static let maximumCounted = 16 << 10

    /// The process may open too few.
    package struct TooFew: Error, Equatable {
        /// How many it may have open, and how many it has.
        package let limit, open: Int

        /// The limit with which a server starts.
        package var needed: Int { open + reserve + fewestSockets }
    }

    /// The most sockets that connections may take from now on.
    ///
    /// - Throws: ``TooFew`` where that is not worth starting a server.
    package static func sockets() throws(TooFew) -> Int {
        let limit = min(Self.limit, maximumCounted)
        let open = open(below: limit)
        guard limit - open - reserve >= fewestSockets else { throw TooFew(limit: limit, open: open) }
        return limit - open - reserve
    }

    /// The limit of now; the system refuses descriptors from this number on.
    private static var limit: Int {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        return getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    }

    /// How many are open.
    private static func open(below limit: Int) -> Int {
        if let listed { return listed }
        // To ask about thousands takes a tenth of the start, but needs no descriptor.
        var all = (0..<CInt(limit)).map { pollfd(fd: $0, events: 0, revents: 0) }
        guard poll(&all, nfds_t(limit), 0) >= 0 else { return 0 }
        return all.count { $0.revents & Int16(POLLNVAL) == 0 }
    }

    /// How many the system lists; nil where it has no list or cannot open it.
    private static var listed: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        // Not counting the folder, the one above it, and what it is read with.
        var count = -3
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
