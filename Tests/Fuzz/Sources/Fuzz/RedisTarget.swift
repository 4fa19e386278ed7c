import MCPCore
import OAuth
import OAuthServer

/// Any bytes from Redis are parsed without traps, the same wherever they are split, and within bounds; a value under
/// our keys is a record or an error.
///
/// The first byte says where the bytes are split.
enum RedisTarget: Target {
    static let name = "redis"

    static func feed(_ input: [UInt8]) {
        let stream = Array(input.dropFirst())
        let (atOnce, whole) = read(stream, cutAt: max(stream.count, 1))
        let (inPieces, again) = read(stream, cutAt: Int(input.first ?? 0) + 1)
        promise(atOnce == inPieces && whole == again, "cuts change nothing")
        for value in atOnce {
            promise(depth(of: value) <= 16, "nesting is bounded")
            records(in: value)
        }
    }

    /// The replies up to the first malformed one, and whether there was one.
    private static func read(_ stream: [UInt8], cutAt size: Int) -> (values: [RESPValue], isWhole: Bool) {
        let reader = RESPReader()
        var values: [RESPValue] = []
        do {
            for start in stride(from: 0, to: stream.count, by: size) {
                let piece = Array(stream[start..<min(start + size, stream.count)])
                try piece.withUnsafeBytes { try reader.feed($0) }
                while let value = try reader.next() { values.append(value) }
            }
            return (values, true)
        } catch {
            return (values, false)
        }
    }

    private static func depth(of value: RESPValue) -> Int {
        1 + ((value.array ?? []).map(depth).max() ?? 0)
    }

    /// Decodes each value as every kind of record.
    private static func records(in value: RESPValue) {
        for value in value.array ?? [] { records(in: value) }
        _ = try? Record.instant(value)
        let id = GrantID(rawValue: 0)
        guard let record = try? Record(value), let grant = try? GrantRecord(record, id: id) else { return }
        promise(
            (try? GrantRecord(grant.record, id: id)) == grant, "a grant that was read is written and reads the same")
        let digest = Digest(of: "a")
        if let token = try? AccessTokenRecord(record, digest: digest, grant: grant, endedAt: nil) {
            promise(
                (try? AccessTokenRecord(token.record, digest: digest, grant: grant, endedAt: nil)) == token,
                "a token reads the same")
        }
        _ = try? RefreshTokenRecord(record, digest: digest, grant: grant, endedAt: nil, spentAt: nil)
        _ = try? CodeRecord(record, digest: digest, grant: grant, endedAt: nil, isSpent: false)
        _ = try? Session(record, digest: [], expiry: .zero, end: .zero)
    }
}
