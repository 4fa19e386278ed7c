/// The runs of a text that could be codes, tokens, verifiers or session ids, found from start to end.
///
/// A run consists of characters of a token; several with dots or tildes between them are joined. Each byte is examined
/// a bounded number of times: when joined runs are no secret, neither is the rest of them after a dot.
struct TokenRuns {
    /// The end of the latest run.
    private var runEnd = 0
    /// The end of the latest joined runs.
    private var joinedEnd = 0

    /// The end of the secret that begins at a position; nil when none does.
    ///
    /// Positions must increase from call to call.
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

    /// The end of joined runs that are a secret: long enough, and with letters of both cases and digits.
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
            // The characters of a verifier that tokens do not have.
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
