import Primitives
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    @Test(
        "Bytes become text and back, in both alphabets",
        arguments: [
            ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
            ("foob", "Zm9vYg==", "Zm9vYg"), ("fooba", "Zm9vYmE=", "Zm9vYmE"), ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
            ("~~~???", "fn5+Pz8/", "fn5-Pz8_"),
        ])
    func roundTrip(plain: String, standard: String, url: String) {
        let bytes = Array(plain.utf8)
        #expect(Base64.standard.encode(bytes) == standard)
        #expect(Base64.url.encode(bytes) == url)
        #expect(Base64.standard.decode(standard) == bytes)
        #expect(Base64.standard.decode(url) == (plain.contains("~") ? nil : bytes))
        #expect(Base64.url.decode(url) == bytes)
    }

    @Test(
        "Text outside the alphabet is refused",
        arguments: ["Z", "Zm9vY", "Zg=", "Zm 9", "Zm9v=", "====", "Zm9\u{e9}"])
    func refuses(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }
}
