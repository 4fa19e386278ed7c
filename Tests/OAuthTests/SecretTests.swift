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

    @Test("Random bytes are as many as wanted, and each of them is random", arguments: [0, 1, 7, 8, 9, 24, 33])
    func randomBytes(count: Int) {
        let samples = (0..<200).map { _ in Random.bytes(count) }
        #expect(samples.allSatisfy { $0.count == count })
        for place in 0..<count {
            // 200 of 256 values: fewer than 80 different ones come by chance once in 10^15 runs.
            #expect(Set(samples.map { $0[place] }).count >= 80)
        }
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
