import Testing

/// The bytes of a hostile client, and the expected outcome.
struct HostileRequest: CustomTestStringConvertible {
    enum Outcome {
        /// The handler got exactly these requests; `GET /next` is the one sent after the hostile bytes.
        case served([String])
        /// The handler got these requests and no others; the last answer has this status, and the connection closed.
        case refused(Int, after: [String] = [])
        /// HTTP allows both: the server serves these requests, or refuses the first.
        case either([String])
    }

    let name: String
    let bytes: [UInt8]
    let outcome: Outcome

    init(_ name: String, _ text: String, _ outcome: Outcome) {
        (self.name, bytes, self.outcome) = (name, Array(text.utf8), outcome)
    }

    private init(_ name: String, _ bytes: [UInt8], _ outcome: Outcome) {
        (self.name, self.bytes, self.outcome) = (name, bytes, outcome)
    }

    var testDescription: String { name }

    /// A POST with these fields besides `Host`, followed by the rest.
    static func post(_ name: String, _ fields: String, _ rest: String, _ outcome: Outcome) -> HostileRequest {
        HostileRequest(name, "POST /p HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(rest)", outcome)
    }

    /// A POST with a chunked body.
    static func chunked(_ name: String, _ body: String, _ outcome: Outcome) -> HostileRequest {
        post(name, "Transfer-Encoding: chunked", body, outcome)
    }

    /// A request line, followed by `Host`.
    static func line(_ name: String, _ line: String, _ outcome: Outcome) -> HostileRequest {
        HostileRequest(name, "\(line)\r\nHost: a\r\n\r\n", outcome)
    }

    /// A GET with these lines in its head.
    static func get(_ name: String, _ lines: String, _ outcome: Outcome) -> HostileRequest {
        get(name, lines, bytes: [], outcome)
    }

    /// A GET with these lines in its head, followed by bytes that are not text.
    static func get(_ name: String, _ lines: String, bytes: [UInt8], _ outcome: Outcome) -> HostileRequest {
        let start = Array("GET /g HTTP/1.1\r\nHost: a\r\n\(lines)".utf8)
        return HostileRequest(name, start + bytes + Array("\r\n\r\n".utf8), outcome)
    }

    /// Checks the answers, and the number of requests that the handler got.
    func check(answer: String, seen: Int) {
        // The server may or may not send 100 Continue to a client that does not wait for it.
        let statuses = answer.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.output.1) }.filter { $0 != 100 }
        switch outcome {
        case .served(let lines): check(served: lines, answer, seen, statuses)
        case .refused(let status, let lines): check(refused: status, after: lines, answer, seen, statuses)
        case .either(let lines):
            guard let status = statuses.first, status != 200 else {
                return check(served: lines, answer, seen, statuses)
            }
            #expect([400, 413, 431, 501].contains(status))
            check(refused: status, after: [], answer, seen, statuses)
        }
    }

    private func check(served lines: [String], _ answer: String, _ seen: Int, _ statuses: [Int]) {
        #expect(lines.allSatisfy { line in line.split(separator: " ").allSatisfy(answer.contains) }, "\(answer)")
        #expect(seen == lines.count)
        #expect(statuses == lines.map { _ in 200 })
    }

    private func check(refused status: Int, after lines: [String], _ answer: String, _ seen: Int, _ statuses: [Int]) {
        #expect(lines.allSatisfy { line in line.split(separator: " ").allSatisfy(answer.contains) }, "\(answer)")
        #expect(seen == lines.count)
        #expect(statuses == lines.map { _ in 200 } + [status])
        #expect(!lines.isEmpty || answer.hasPrefix("HTTP/1.1 \(status) "), "nothing precedes a refusal")
        #expect(answer.contains("Connection: close"), "\(answer)")
        #expect(answer.split(separator: "\r\nDate: ").count == 2 + lines.count, "\(answer)")
    }
}
