/// The runs of a text that could be codes, tokens, verifiers or session ids, looked through from the beginning to the
/// end.
///
/// A run is of the characters of a token; several with dots or tildes between them are joined. What was looked at once
/// is not looked at again: when joined runs are no secret, neither is what is left of them behind a dot.
struct TokenRuns {
    /// Where the run ends that was looked at last.
    private var runEnd = 0
    /// Where the joined runs end that were looked at last.
    private var joinedEnd = 0

    /// Where the secret ends that begins at a position; nil when none begins there.
    ///
    /// Positions have to rise from call to call.
    mutating func endOfSecret<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, from start: Int) -> Int?
    where Bytes.Index == Int {
        guard start >= runEnd, Self.isTokenCharacter(bytes[start]) else { return nil }
        if start >= joinedEnd, let end = endOfJoined(bytes, from: start) {
            (runEnd, joinedEnd) = (end, end)
            return end
        }
        var isHexadecimal = true
        runEnd = start
        while runEnd < bytes.count, Self.isTokenCharacter(bytes[runEnd]) {
            isHexadecimal = isHexadecimal && Self.isHexDigit(bytes[runEnd])
            runEnd += 1
        }
        let length = runEnd - start
        return length >= Self.tokenLength || (isHexadecimal && length >= Self.sessionIDLength) ? runEnd : nil
    }

    /// Where joined runs end that are a secret: long enough, and with letters of both cases and digits.
    private mutating func endOfJoined<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, from start: Int) -> Int?
    where Bytes.Index == Int {
        var (isJoined, hasSmall, hasCapital, hasDigit) = (false, false, false, false)
        joinedEnd = start
        while joinedEnd < bytes.count {
            switch bytes[joinedEnd] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): hasSmall = true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasCapital = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            case UInt8(ascii: "-"), UInt8(ascii: "_"): break
            // What a verifier may hold besides the characters of a token.
            case UInt8(ascii: "."), UInt8(ascii: "~"): isJoined = true
            default:
                return isSecret(length: joinedEnd - start)
            }
            joinedEnd += 1
        }
        return isSecret(length: joinedEnd - start)

        func isSecret(length: Int) -> Int? {
            isJoined && length >= Self.tokenLength && hasSmall && hasCapital && hasDigit ? joinedEnd : nil
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Codes and tokens are 256 bits in URL-safe Base64.
    private static let tokenLength = 43
    /// Session ids are 128 bits in hexadecimal digits.
    private static let sessionIDLength = 32
}
