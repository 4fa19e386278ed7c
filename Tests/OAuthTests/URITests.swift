import OAuth
import Testing
import TestSupport

@Suite struct URITests {
    @Test("A URI is split into its parts")
    func parts() throws {
        let uri = try #require(URI("http://me:pw@[::1]:8080/a/b?c=d?e#f"))
        #expect(uri.scheme == "http")
        #expect(uri.userinfo == "me:pw")
        #expect(uri.host == "[::1]")
        #expect(uri.port == 8080)
        #expect(uri.path == "/a/b")
        #expect(uri.query == "c=d?e")
        #expect(uri.fragment == "f")
    }

    @Test("Custom schemes are URIs, with and without authority")
    func customSchemes() {
        #expect(URI("cursor://anysphere.cursor-mcp/oauth/callback")?.host == "anysphere.cursor-mcp")
        #expect(URI("com.example.app:/callback")?.host == nil)
        #expect(URI("com.example.app:/callback")?.path == "/callback")
    }

    @Test(
        "An ambiguous text is not a URI", .proves(.redirectURIMustMatch),
        arguments: [
            "", "localhost", "/path", ":x", "1http://a", "http://", "http:///x", "http://a b", "http://a\\@b",
            "http://a\u{0}", "http://a\r\nb", "http://ä", "http://a/%", "http://a/%zz", "http://a:", "http://a:65536",
            "http://a:1x", "http://:80", "http://@", "http://[::1", "http://[]", "http://[::1]x", "http://[evil]",
            "http://a@b@c[", "http://a/<script>", "http://a]b", "http://a/\"", "http://a:+1", "http://a:-1",
        ])
    func strict(text: String) {
        #expect(URI(text) == nil)
    }

    @Test(
        "Only two addresses and the domain localhost are loopback", .proves(.redirectURIMustMatch),
        arguments: [
            ("http://localhost", true), ("http://127.0.0.1:1/x", true), ("http://[::1]/", true),
            ("http://LOCALHOST/", true), ("http://localhost.evil/", false), ("http://127.0.0.1.evil/", false),
            ("http://127.0.0.1@evil/", false), ("http://127.0.0.2/", false), ("http://[::2]/", false),
            ("http://0.0.0.0/", false), ("http://2130706433/", false), ("http://localhost./", false),
            ("http://my-mcp.localhost:1/", true), ("http://a.b.LOCALHOST", true), ("http://evil-localhost/", false),
            ("http://a..localhost/", false), ("http://.localhost/", false), ("http://a.localhost./", false),
            ("http://evil%2E.localhost/", false), ("http://a;b.localhost/", false),
            ("http://evil/?localhost", false), ("localhost:80", false), ("http://[0:0:0:0:0:0:0:1]/", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try #require(URI(text)).isLoopback == isLoopback)
    }
}
