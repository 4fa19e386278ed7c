internal import COpenSSL
internal import OAuth
internal import Primitives

/// The key that encrypts the token store.
///
/// AES-256-GCM (NIST SP 800-38D) with a fresh random nonce for every file that is written. The name of the file is
/// authenticated with it, so that files cannot be swapped.
public struct StoreKey: Sendable {
    private let secret: Secret
    private static let nonceLength = 12
    private static let tagLength = 16

    /// Reads a key: the Base64 of 32 bytes, or their 64 hexadecimal digits.
    ///
    /// - Throws: `configuration`, with advice on how to make one.
    public init(_ text: String, from source: String) throws(ClientError) {
        let text = String(text.filter { !$0.isWhitespace })
        let hex = text.utf8.count == 64 ? Self.bytes(ofHex: text) : nil
        guard let bytes = hex ?? Base64.standard.decode(text) ?? Base64.url.decode(text), bytes.count == 32 else {
            throw ClientError(
                .configuration, "\(source) is no key: it has to be 32 bytes in Base64.",
                advice: "Make one with: openssl rand -base64 32")
        }
        secret = Secret(Base64.standard.encode(bytes))
    }

    /// Reads a key from an existing file.
    ///
    /// - Throws: `configuration` when there is none or it is malformed; `storage` when it cannot be read.
    public init(file path: String) throws(ClientError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let files = PrivateFiles(directory: String(path[..<slash]))
        guard let bytes = try files.read(String(path[slash...].drop { $0 == "/" })) else {
            throw ClientError(
                .configuration, "There is no key file \(path).", advice: "Make one with: openssl rand -base64 32 > FILE"
            )
        }
        try self.init(String(decoding: bytes, as: UTF8.self), from: path)
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private var bytes: [UInt8] { Base64.standard.decode(secret.reveal()) ?? [] }

    /// Encrypts: returns the nonce, the ciphertext and the tag, concatenated.
    ///
    /// - Throws: `storage` when the library fails.
    package func seal(_ plain: [UInt8], name: String) throws(ClientError) -> [UInt8] {
        let nonce = Random.bytes(Self.nonceLength)
        guard let context = EVP_CIPHER_CTX_new() else { throw Self.failure }
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        var length: CInt = 0
        let name = Array(name.utf8)
        guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, bytes, nonce) == 1,
            EVP_EncryptUpdate(context, nil, &length, name, CInt(name.count)) == 1,
            EVP_EncryptUpdate(context, &sealed, &length, plain, CInt(plain.count)) == 1,
            EVP_EncryptFinal_ex(context, &tag, &length) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, CInt(Self.tagLength), &tag) == 1
        else { throw Self.failure }
        return nonce + sealed + tag
    }

    /// Decrypts; nil when the key, the name or the bytes are wrong.
    package func open(_ sealed: [UInt8], name: String) -> [UInt8]? {
        guard sealed.count >= Self.nonceLength + Self.tagLength, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = Array(sealed.prefix(Self.nonceLength))
        var tag = Array(sealed.suffix(Self.tagLength))
        let body = Array(sealed.dropFirst(Self.nonceLength).dropLast(Self.tagLength))
        var plain = [UInt8](repeating: 0, count: body.count)
        var length: CInt = 0
        let name = Array(name.utf8)
        guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, bytes, nonce) == 1,
            EVP_DecryptUpdate(context, nil, &length, name, CInt(name.count)) == 1,
            EVP_DecryptUpdate(context, &plain, &length, body, CInt(body.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, CInt(Self.tagLength), &tag) == 1,
            EVP_DecryptFinal_ex(context, nil, &length) == 1
        else { return nil }
        return plain
    }

    private static let failure = ClientError(.storage, "The system's crypto library cannot encrypt.")
}
