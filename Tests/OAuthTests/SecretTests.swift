import OAuth
import Primitives
import Testing
import TestSupport

@Suite struct SecretTests {
    @Test("A secret is shown only when it is revealed")
    func redaction() {
        let secret = Secret("hidden-value")
        var dumped = ""
        dump(secret, to: &dumped)
        for shown in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!shown.contains("hidden-value"))
        }
        #expect(secret.reveal() == "hidden-value")
    }

    @Test(
        "A random secret has 256 bits and needs no encoding anywhere",
        .proves(.codeIsBoundToItsRequest, .tokenResponseIsComplete))
    func random() {
        let (first, second) = (Secret.random(from: Random.bytes), Secret.random(from: Random.bytes))
        #expect(first != second)
        #expect(first.reveal().utf8.count == 43)
        #expect(Base64.url.decode(first.reveal())?.count == 32)
    }

    /// FIPS 180-4, example "abc".
    @Test("A digest is SHA-256, and can be restored from its bytes")
    func digest() throws {
        let digest = Digest(of: "abc")
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.fingerprint == "ba7816bf8f01")
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(bytes: [1]) == nil)
        #expect(Digest(of: "abd") != digest)
    }

    @Test("Digests differ when any one byte differs", arguments: 0..<32)
    func everyByteCounts(position: Int) throws {
        var bytes = Digest(of: "abc").bytes
        bytes[position] ^= 1
        #expect(Digest(bytes: bytes) != Digest(of: "abc"))
    }
}
