/// The end of a request: stated once and unambiguously, or the request is refused.
extension HostileRequest {
    /// RFC 9112 §6.3, §11.2.
    static let lengths: [HostileRequest] = [
        .post("two different lengths", "Content-Length: 1\r\nContent-Length: 2", "ab", .refused(400)),
        .post("the same length twice", "Content-Length: 2\r\nContent-Length: 2", "ab", .refused(400)),
        .post("a list of lengths", "Content-Length: 2, 2", "ab", .refused(400)),
        .post("a negative length", "Content-Length: -1", "", .refused(400)),
        .post("a length with a plus sign", "Content-Length: +2", "ab", .refused(400)),
        .post("a hexadecimal length", "Content-Length: 0x2", "ab", .refused(400)),
        .post("a length with an exponent", "Content-Length: 2e0", "ab", .refused(400)),
        .post("two numbers as one length", "Content-Length: 2 2", "ab", .refused(400)),
        .post("an empty length", "Content-Length: ", "", .refused(400)),
        .post("a length of 2^64 + 2", "Content-Length: 18446744073709551618", "ab", .refused(400)),
        .post("the largest length there is", "Content-Length: 9223372036854775807", "ab", .refused(413)),
        .post("a space before the colon of the length", "Content-Length : 2", "ab", .refused(400)),
        .post("a length folded onto the next line", "Content-Length:\r\n 2", "ab", .refused(400)),
        .post("a length with zeros before it", "Content-Length: 002", "ab", .served(["POST /p body=2", "GET /next"])),
        .post("more body than its length", "Content-Length: 1", "ab", .refused(501, after: ["POST /p body=1"])),
        .post("length, then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n", .refused(400)),
        .post("chunked, then length", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n", .refused(400)),
        .post("chunked twice", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n", .refused(400)),
        .post(
            "chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n",
            .refused(400)),
        .post("chunked, but not last", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n", .refused(400)),
        .post("a coding before chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n", .refused(501)),
        .post("another coding", "Transfer-Encoding: identity", "ab", .refused(501)),
        .post("a coding that only looks like chunked", "Transfer-Encoding: xchunked", "0\r\n\r\n", .refused(501)),
        .post("chunked with a parameter", "Transfer-Encoding: chunked;q=1", "0\r\n\r\n", .refused(501)),
        .post("chunked in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n", .refused(501)),
        .post("chunked behind a vertical tab", "Transfer-Encoding: \u{B}chunked", "0\r\n\r\n", .refused(400)),
        .post("chunked behind a space before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n", .refused(400)),
        .post("chunked on the next line", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n", .refused(400)),
        .post("no coding at all", "Transfer-Encoding: ", "", .refused(501)),
        .post(
            "chunked in capitals", "Transfer-Encoding: CHUNKED", "2\r\nab\r\n0\r\n\r\n",
            .served(["POST /p body=2", "GET /next"])),
        HostileRequest(
            "chunked in HTTP/1.0", "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .refused(400)),
        .post(
            "white space around a length", "Content-Length: \t 2 \t", "ab", .either(["POST /p body=2", "GET /next"])),
        .post("a length and a comma", "Content-Length: 2,", "ab", .refused(400)),
        .post(
            "a name that only looks like a length", "Content_Length: 2", "", .served(["POST /p body=0", "GET /next"])),
        .post("a comma before chunked", "Transfer-Encoding: ,chunked", "0\r\n\r\n", .refused(501)),
        .post("a comma behind chunked", "Transfer-Encoding: chunked,", "0\r\n\r\n", .refused(400)),
        .post("a NUL behind chunked", "Transfer-Encoding: chunked\0", "0\r\n\r\n", .refused(400)),
        .post(
            "a tab behind chunked", "Transfer-Encoding: chunked\t", "0\r\n\r\n",
            .either(["POST /p body=0", "GET /next"])),
        HostileRequest(
            "a GET with a body", "GET /g HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
            .served(["GET /g body=2", "GET /next"])),
        HostileRequest(
            "a GET with a chunked body",
            "GET /g HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            .served(["GET /g body=2", "GET /next"])),
    ]

    /// RFC 9112 §7.1.
    static let chunks: [HostileRequest] = [
        .chunked("a negative chunk", "-1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk with a plus sign", "+1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk with 0x", "0x1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk without a size", "\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a size behind a space", " 1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a size before a space", "1 \r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a size of 2^64 + 1", "10000000000000001\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk longer than its size", "1\r\nab\r\n0\r\n\r\n", .refused(400)),
        .chunked("two bytes between a chunk and the next one", "1\r\nabc0\r\n\r\n", .refused(400)),
        .chunked("a chunk shorter than its size", "3\r\na\r\n0\r\n\r\nGET /", .refused(400)),
        .chunked("a size that ends in a bare line feed", "1\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk that ends in a bare line feed", "1\r\na\n0\r\n\r\n", .refused(400)),
        .chunked("a size that ends in a bare carriage return", "1\ra\r\n0\r\n\r\n", .refused(400)),
        .chunked("a line feed within an extension", "1;a\nb\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a NUL within an extension", "1;a\0b\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("an end that ends in bare line feeds", "1\r\na\r\n0\n\n", .refused(400)),
        .chunked("extensions", "1;a=\"b;c\";d\r\na\r\n000;e\r\n\r\n", .served(["POST /p body=1", "GET /next"])),
        .chunked("a trailer that would be a length", "1\r\na\r\n0\r\nContent-Length: 9\r\n\r\n", .refused(400)),
        .chunked("a trailer that would be a coding", "0\r\nTransfer-Encoding: chunked\r\n\r\n", .refused(400)),
        .chunked(
            "a trailer that would be a host", "1\r\na\r\n0\r\nHost: b\r\n\r\n",
            .served(["POST /p host=a body=1", "GET /next"])),
        .chunked(
            "trailers without end",
            "0\r\n" + String(repeating: "X: \(String(repeating: "y", count: 900))\r\n", count: 80),
            .refused(431)),
        .chunked("a size in capitals", "A\r\n0123456789\r\n0\r\n\r\n", .served(["POST /p body=10", "GET /next"])),
        .chunked(
            "a size behind twenty zeros", "000000000000000000002\r\nab\r\n0\r\n\r\n",
            .either(["POST /p body=2", "GET /next"])),
        .chunked("an end of many zeros", "1\r\na\r\n00000\r\n\r\n", .served(["POST /p body=1", "GET /next"])),
        .chunked("a size of 2^64 - 1", "ffffffffffffffff0\r\na", .refused(400)),
        .chunked("an extension without a name", "1;\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a line end within quotes", "1;a=\"\r\n\"\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("quotes that do not end", "1;a=\"b\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a space before an extension", "1 ;a\r\na\r\n0\r\n\r\n", .either(["POST /p body=1", "GET /next"])),
        .chunked(
            "an extension of 20,000 bytes", "1;\(String(repeating: "a", count: 20_000))\r\na\r\n0\r\n\r\n",
            .either(["POST /p body=1", "GET /next"])),
        .chunked("another request for a trailer", "1\r\na\r\n0\r\nGET /g HTTP/1.1\r\n\r\n", .refused(400)),
        .chunked("no empty line at the end", "1\r\na\r\n0\r\n", .refused(400)),
        .chunked("a trailer", "1\r\na\r\n0\r\nX: y\r\n\r\n", .served(["POST /p body=1", "GET /next"])),
        .chunked("a trailer with a fold", "1\r\na\r\n0\r\nX: y\r\n z\r\n\r\n", .refused(400)),
        .chunked("a trailer without a colon", "1\r\na\r\n0\r\nX\r\n\r\n", .refused(400)),
        .chunked("a trailer with a space in its name", "1\r\na\r\n0\r\nX y: z\r\n\r\n", .refused(400)),
        .chunked("a trailer with a NUL", "1\r\na\r\n0\r\nX: \0\r\n\r\n", .refused(400)),
        .chunked("a trailer that ends in a bare line feed", "1\r\na\r\n0\r\nX: y\n\r\n", .refused(400)),
        .chunked("200 trailers", "0\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", .refused(431)),
    ]
}
