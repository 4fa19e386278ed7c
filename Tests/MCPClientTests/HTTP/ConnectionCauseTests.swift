import NIOCore
import NIOHTTP1
import Testing

@testable import MCPClient

@Suite("Why a connection failed")
struct ConnectionCauseTests {
    /// An error with a library's description, which names a file of its build.
    private struct Described: Error, CustomDebugStringConvertible {
        let debugDescription: String
    }

    @Test("A connection of TLS that ends without its own end has closed too early")
    func unclean() {
        let error = WebClient.failure(
            Described(debugDescription: "NIOSSLError.uncleanShutdown"), url: "https://a.example/")
        #expect("\(error)" == "https://a.example/ closed the connection before its answer was whole. Try again.")
        #expect((error as? ClientError)?.code == WebClient.closedCode)
    }

    @Test(
        "Errors of the libraries become sentences without their words and source files",
        arguments: [
            (
                "NIOSSL.NIOSSLError.handshakeFailed(NIOSSL.BoringSSLError.sslError([Error: 268435703 error:100000f7:SSL "
                    + "routines:OPENSSL_internal:WRONG_VERSION_NUMBER at /build/CNIOBoringSSL/ssl/tls_record.cc:242]))",
                "does not speak TLS"
            ),
            (
                "handshakeFailed(sslError([… OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at /x/handshake.cc:394]))",
                "trusted"
            ),
            ("NIOSSLExtraError.failedToValidateHostname: Couldn't find /a/b.cc", "another name"),
            ("NIOSSLError.unableToAllocateBoringSSLObject at /a/b.cc", "could not agree on TLS"),
            ("NIOHTTP1.HTTPParserError.invalidVersion", "not HTTP"),
            ("NIOConnectionError(connectionErrors: [connect (errno: 111) /a/b.swift])", "refused"),
            ("DNS error: /a/b.c", "its name is not known"),
            ("NIOConnectionError: unknown", "its name is not known"),
            ("something at /a/b.swift:12 of a library", "(Described)"),
        ])
    func words(description: String, words: String) {
        let error = WebClient.failure(Described(debugDescription: description), url: "https://a.example/mcp")
        let text = "\(error)"
        #expect(text.contains("Cannot reach https://a.example/mcp: ") && text.lowercased().contains(words.lowercased()))
        for part in ["/a/b", ".cc", ".swift", "SSL", "NIO"] { #expect(!text.contains(part), "\(text)") }
    }

    @Test("A connection that ends while it is used has closed, whatever the library calls that")
    func closed() {
        for error in [ChannelError.ioOnClosedChannel, .alreadyClosed, .outputClosed, .inputClosed, .eof] {
            let failure = WebClient.failure(error, url: "https://a.example/") as? ClientError
            #expect(failure?.code == WebClient.closedCode, "\(error)")
        }
    }

    @Test("Only a failure before the request counts as a server that was not reached")
    func isBeforeRequest() {
        func code(_ error: any Error) -> String? {
            (WebClient.failure(error, url: "https://a.example/") as? ClientError)?.code
        }
        let refused = Described(debugDescription: "NIOConnectionError(connectionErrors: [connect (errno: 111)])")
        let handshake = Described(debugDescription: "NIOSSLError.handshakeFailed")
        for error in [refused, handshake] { #expect(code(error) == WebClient.unreachableCode) }
        #expect(code(IOError(errnoCode: 110, reason: "read(descriptor:pointer:size:)")) == nil)
        #expect(code(HTTPParserError.invalidVersion) == nil)
        #expect(code(HTTPParserError.invalidContentLength) == nil)
        #expect(code(Described(debugDescription: "an error of another kind")) == nil)
    }
}
