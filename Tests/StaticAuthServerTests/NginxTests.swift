import Foundation
import OAuth
import StaticAuthServer
import Testing
import TestSupport

/// A real nginx on a free port in front of a server on this machine.
private final class Nginx {
    let port = FreePort.any()
    private let directory: URL
    private let process: ChildProcess

    /// Starts it with further settings of its location.
    init(before server: Int, _ settings: String) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \($0);" }
        let text = """
            daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr;
            events { worker_connections 64; }
            http {
              access_log off; \(paths.joined(separator: " "))
              server {
                listen 127.0.0.1:\(port);
                location / { proxy_pass http://127.0.0.1:\(server); \(settings) }
              }
            }
            """
        try Data(text.utf8).write(to: directory.appending(path: "nginx.conf"))
        // It is not on everyone's PATH.
        process = try ChildProcess(
            "/usr/bin/env", ["nginx", "-p", directory.path, "-c", "nginx.conf", "-e", "stderr"],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    deinit {
        process.kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The status of a client's request through it, once it answers.
    func status(_ path: String, _ fields: [(String, String)] = []) async throws -> Int {
        let client = TestClient(port: port)
        let answers = await eventually { (try? await client.get("/healthz").status) == 200 }
        try #require(answers)
        return try await client.get(path, fields).status
    }
}

@Suite("Debugging behind a real nginx on the same machine")
struct NginxTests {
    @Test(
        "Requests with signs of nginx are refused",
        arguments: [
            // The default of nginx: HTTP/1.0.
            "",
            "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header X-Forwarded-For $remote_addr;",
            """
            proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-Proto https;
            proxy_set_header CF-Connecting-IP $remote_addr;
            """,
            "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header X-Real-IP $remote_addr;",
        ])
    func visible(settings: String) async throws {
        try await withTestServer { client, _ in
            let nginx = try Nginx(before: client.port, settings)
            for path in ["/debug/requests", "/debug", "/metrics"] {
                #expect(try await nginx.status(path) == 403, "\(path)")
            }
        }
    }

    @Test("Without such signs only a token keeps other clients out, and it does")
    func invisible() async throws {
        let settings = "proxy_http_version 1.1; proxy_set_header Connection \"\";"
        try await withTestServer { client, _ in
            // These requests cannot be told from a local program's, which is why the banner warns.
            let nginx = try Nginx(before: client.port, settings)
            #expect(try await nginx.status("/debug/requests") == 200)
        }
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            let nginx = try Nginx(before: client.port, settings)
            #expect(try await nginx.status("/debug/requests") == 401)
            #expect(try await nginx.status("/metrics") == 401)
            let token = ("Authorization", "Bearer 0123456789abcdef")
            #expect(try await nginx.status("/debug/requests", [token]) == 200)
        }
    }
}
