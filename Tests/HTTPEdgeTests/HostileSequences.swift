/// The connection after a request.
extension HostileRequest {
    /// RFC 9112 §2.2, §9.3, §9.6; RFC 9110 §7.8, §10.1.1.
    static let sequences: [HostileRequest] = [
        .get("an unknown expectation", "Expect: miracles", .refused(417)),
        .get(
            "an offer to change the protocol", "Connection: upgrade\r\nUpgrade: h2c", .served(["GET /g", "GET /next"])),
        .get("a last request", "Connection: close", .served(["GET /g"])),
        .get("a last request, in capitals", "Connection: CLOSE", .served(["GET /g"])),
        .get("a last request, in a list", "Connection: keep-alive, close", .served(["GET /g"])),
        .get("a last request, in two fields", "Connection: keep-alive\r\nConnection: close", .served(["GET /g"])),
        .get("a word that begins as close does", "Connection: closed", .served(["GET /g", "GET /next"])),
        .get("an offer that no Connection names", "Upgrade: websocket", .served(["GET /g", "GET /next"])),
        .get("a Connection that names no offer", "Connection: upgrade", .served(["GET /g", "GET /next"])),
        .post(
            "an offer to change the protocol, with a body", "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2",
            "ab",
            .served(["POST /p body=2", "GET /next"])),
        .post(
            "a body that does not wait for 100", "Expect: 100-continue\r\nContent-Length: 2", "ab",
            .served(["POST /p body=2", "GET /next"])),
        .post(
            "two expectations, in capitals", "Expect: 100-CONTINUE\r\nExpect: 100-continue\r\nContent-Length: 2", "ab",
            .served(["POST /p body=2", "GET /next"])),
        .post("a second, unknown expectation", "Expect: 100-continue\r\nExpect: x", "", .refused(417)),
        .post(
            "an expectation of what is too large", "Expect: 100-continue\r\nContent-Length: 2000000", "", .refused(413)),
        .post("an expectation of a wrong length", "Expect: 100-continue\r\nContent-Length: x", "", .refused(400)),
        .get("an expectation without a body", "Expect: 100-continue", .served(["GET /g", "GET /next"])),
        HostileRequest(
            "an expectation in HTTP/1.0",
            "POST /p HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
            .served(["POST /p body=2"])),
        HostileRequest(
            "HTTP/1.0 that wants to go on", "GET /g HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", .served(["GET /g"])),
        .get("a bad line behind a good request", "\r\nGET /h i HTTP/1.1\r\nHost: a", .refused(400, after: ["GET /g"])),
        .get(
            "a bad chunk behind a good request",
            "\r\nPOST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz", .refused(400, after: ["GET /g"])),
        .get(
            "too large a body behind a good request", "\r\nPOST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000",
            .refused(413, after: ["GET /g"])),
        .get(
            "two hosts behind a good request", "\r\nGET /h HTTP/1.1\r\nHost: a\r\nHost: b",
            .refused(400, after: ["GET /g"])),
        .get(
            "empty lines between requests", "\r\n\r\n\r\nGET /h HTTP/1.1\r\nHost: a",
            .served(["GET /g", "GET /h", "GET /next"])),
        HostileRequest(
            "a thousand empty lines before a request",
            "\(String(repeating: "\r\n", count: 1000))GET /g HTTP/1.1\r\nHost: a\r\n\r\n",
            .either(["GET /g", "GET /next"])),
        HostileRequest(
            "empty lines before a request", "\r\n\r\nGET /g HTTP/1.1\r\nHost: a\r\n\r\n",
            .served(["GET /g", "GET /next"])),
    ]
}
