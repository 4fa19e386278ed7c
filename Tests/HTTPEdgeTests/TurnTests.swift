import Foundation
import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Connections take turns")
struct TurnTests {
    /// Notes the order of requests.
    ///
    /// The first one of many is answered when all are read, and at the next one another client sends a request.
    private final class Order: RequestHandler {
        let paths = Mutex<[String]>([])
        private let other: CInt

        init(other: CInt) { self.other = other }

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            paths.withLock { $0.append(request.path) }
            switch request.path {
            case "/first": try? await Task.sleep(for: .milliseconds(300))
            case "/second":
                // At once, and without another thread.
                let bytes = Array("GET /other HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                send(other, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            default: break
            }
            return HTTPResponse(.ok, body: .bytes(Array("ok".utf8)))
        }

        func respond(to refusal: Refusal, peer: String) -> HTTPResponse { HTTPResponse(refusal.status) }
    }

    @Test("A client that sends thousands of requests at once does not keep another one waiting", arguments: [1, 5])
    func pipelines(clients: Int) async throws {
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0, limits: Limits())
        let other = try connect(server.port)
        defer { close(other) }
        let handler = Order(other: other)
        await server.serve(handler)
        let count = 1900
        await withTaskGroup { group in
            for client in 0..<clients {
                guard let connection = try? await RawConnection(port: server.port) else { return }
                let paths = ["/first", client == 0 ? "/second" : "/many"] + Array(repeating: "/many", count: count)
                group.addTask {
                    async let sent: Void = connection.send(
                        paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
                            + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    let answers = await connection.readToEnd()
                    await sent
                    #expect(answers.matches(of: #/200 OK/#).count == paths.count + 1)
                }
            }
        }
        #expect(await eventually { handler.paths.withLock { $0.contains("/other") } })
        await server.stop()
        let paths = handler.paths.withLock { $0 }
        let (second, place) = (paths.firstIndex(of: "/second"), paths.firstIndex(of: "/other"))
        let between = try #require(place) - (try #require(second))
        #expect(between < 1000, "\(between) requests were answered before that of the other client")
    }

    private func connect(_ port: Int) throws -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = in_port_t(port).bigEndian
        peer.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }
}
