import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Invalid faults")
struct FaultDocumentTests {
    @Test(
        "An invalid fault is refused with the member, the allowed values and the kind of value sent",
        arguments: [
            ("[]", "", "a JSON object", "an array"), ("{", "", "a JSON object", "no JSON"),
            ("{}", "fault", "an object", "nothing"),
            (#"{"fault":{"status":500}}"#, "endpoint", "one of token, authorize, login", "nothing"),
            (
                #"{"endpoint":"tokens","fault":{"status":500}}"#, "endpoint", "one of token, authorize",
                "text of length 6"
            ),
            (#"{"endpoint":"any","fault":{},"x":1}"#, "x", "endpoint, match, times, fault", "1"),
            (#"{"endpoint":"any","fault":{}}"#, "fault.status", "a status, drop, preset, mcp or delay_ms", "nothing"),
            (#"{"endpoint":"any","fault":{"status":100}}"#, "fault.status", "from 200 to 599", "100"),
            (
                #"{"endpoint":"any","fault":{"status":500,"drop":"mid-body"}}"#, "fault.drop", "only one of",
                "text of length 8"
            ),
            (
                #"{"endpoint":"any","fault":{"drop":"later"}}"#, "fault.drop", "before-headers, mid-body",
                "text of length 5"
            ),
            (#"{"endpoint":"any","fault":{"preset":"x"}}"#, "fault.preset", "html-500", "text of length 1"),
            (#"{"endpoint":"any","fault":{"delay_ms":300001}}"#, "fault.delay_ms", "from 0 to 300000", "300001"),
            (#"{"endpoint":"any","fault":{"delay_ms":"5s"}}"#, "fault.delay_ms", "a whole number", "text of length 2"),
            (
                #"{"endpoint":"any","fault":{"drop":"mid-body","body":"x"}}"#, "fault.body", "no body without",
                "text of length 1"
            ),
            (
                #"{"endpoint":"any","fault":{"status":500,"headers":{"a b":"x"}}}"#, "fault.headers.a b", "a name",
                "text of length 1"
            ),
            (
                #"{"endpoint":"any","fault":{"status":500,"headers":{"X":"a\r\nb"}}}"#, "fault.headers.X",
                "without control characters", "text of length 4"
            ),
            (
                #"{"endpoint":"any","fault":{"status":500,"headers":{"Content-Length":"1"}}}"#,
                "fault.headers.Content-Length", "another field", "text of length 1"
            ),
            (#"{"endpoint":"any","times":0,"fault":{"status":500}}"#, "times", "from 1, or always", "0"),
            (
                #"{"endpoint":"token","fault":{"mcp":"session-lost"}}"#, "endpoint", "mcp, or nothing",
                "text of length 5"
            ),
            (
                #"{"fault":{"mcp":"x"}}"#, "fault.mcp", "jsonrpc-error, 401-once, 403-always, session-lost",
                "text of length 1"
            ),
            (
                #"{"endpoint":"any","match":{"parameters":{"code":"x"}},"fault":{"status":500}}"#,
                "match.parameters.code", "no such parameter", "text of length 1"
            ),
            (
                #"{"endpoint":"any","match":{"headers":{"Authorization":"x"}},"fault":{"status":500}}"#,
                "match.headers.Authorization", "no field with a secret", "text of length 1"
            ),
            (
                #"{"endpoint":"any","match":{"grant_type":"password"},"fault":{"status":500}}"#, "match.grant_type",
                "authorization_code, refresh_token, client_credentials", "text of length 8"
            ),
            (
                #"{"endpoint":"any","match":{"path":"/x"},"fault":{"status":500}}"#, "match.path", "method",
                "text of length 2"
            ),
        ])
    func refused(document: String, member: String, expected: String, received: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.send("POST", "/debug/faults", body: document)
            #expect(answer.status == 400)
            #expect(answer.json["error"] == "invalid_document")
            #expect(answer.json["member"]?.string == member)
            #expect(answer.json["expected"]?.string?.contains(expected) == true, "\(answer.body)")
            #expect(answer.json["received"]?.string?.contains(received) == true, "\(answer.body)")
            #expect(try await client.get("/debug/faults").json["faults"] == [])
        }
    }

    @Test("The body of a fault has at most 64 KiB")
    func largestBody() async throws {
        try await withTestServer { client, _ in
            let body = String(repeating: "x", count: 64 << 10)
            let fits = try await client.queueFault([
                "endpoint": "health", "fault": ["status": 200, "body": .string(body)],
            ])
            #expect(fits.status == 201)
            #expect(try await client.get("/healthz").body == body)
            let exceeds = try await client.queueFault([
                "endpoint": "health", "fault": ["status": 200, "body": .string(body + "x")],
            ])
            #expect(exceeds.status == 400)
            #expect(exceeds.json["member"] == "fault.body")
        }
    }
}
