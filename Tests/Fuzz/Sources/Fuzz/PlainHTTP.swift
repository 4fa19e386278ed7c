/// A second opinion on a single whole request: line by line, without checks and limits.
struct PlainHTTP {
    struct Field: Equatable {
        let name, value: [UInt8]

        func isNamed(_ name: String) -> Bool { String(decoding: self.name, as: UTF8.self).lowercased() == name }
    }

    let method: String
    /// Path and query, without the scheme and host that may stand before them.
    let target: String
    private(set) var fields: [Field] = []
    let body: [UInt8]

    /// - Returns: Nil when the bytes are not exactly one request.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes.drop { "\r\n".utf8.contains($0) }
        let words = Self.line(&rest)?.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard let words, words.count == 3, !words[1].contains("#") else { return nil }
        method = words[0]
        target = Self.pathAndQuery(words[1])
        while let line = Self.line(&rest), !line.isEmpty {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            fields.append(Field(name: Array(parts[0]), value: Self.trimmed(parts[1])))
        }
        if fields.contains(where: { $0.isNamed("transfer-encoding") }) {
            guard let body = Self.joinedChunks(&rest) else { return nil }
            self.body = body
        } else {
            let length = fields.first { $0.isNamed("content-length") }.map { String(decoding: $0.value, as: UTF8.self) }
            body = Array(rest.prefix(Int(length ?? "0") ?? 0))
            rest = rest.dropFirst(body.count)
        }
        guard rest.isEmpty else { return nil }
    }

    /// Removes a line from the front, without its end.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: 0x0A), end > rest.startIndex, rest[end - 1] == 0x0D else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<(end - 1)]
    }

    private static func pathAndQuery(_ target: String) -> String {
        guard !target.hasPrefix("/") else { return target }
        let rest = target.dropFirst("http://".count).drop { $0 != "/" && $0 != "?" }
        return rest.hasPrefix("/") ? String(rest) : "/\(rest)"
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        return value.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    }

    /// Removes chunks and trailers from the front.
    private static func joinedChunks(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var body: [UInt8] = []
        while let line = line(&rest) {
            let digits = line.prefix { !"; \t".utf8.contains($0) }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
            if size == 0 { break }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard Self.line(&rest) == [] else { return nil }
        }
        while let trailer = line(&rest) { if trailer.isEmpty { return body } }
        return nil
    }
}
