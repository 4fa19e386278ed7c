internal import OAuth
internal import Primitives

/// Checks of the authorization server's metadata.
extension Doctor {
    private typealias Name = AuthorizationServerMetadata.MemberName

    /// Tries the known places in order, then one that some servers use by mistake.
    func issuerMetadata(
        of issuer: String, _ documents: inout Documents, _ diagnosis: inout Diagnosis
    ) async throws -> JSONObject? {
        guard let address = WebAddress(issuer) else {
            diagnosis.fail(.issuerMetadata, "the issuer '\(issuer)' is no URL")
            return nil
        }
        let known = IssuerMetadata.candidates(for: address)
        for url in known + [server.wellKnown("oauth-authorization-server")] {
            guard let document = try await documents.read(url, for: self) else { continue }
            let hasPath = !["", "/"].contains(address.path)
            switch known.firstIndex(of: url) {
            case nil: diagnosis.fail(.issuerMetadata, "only at \(url), which is not made from the issuer \(issuer)")
            case 0 where hasPath:
                diagnosis.note(.issuerMetadata, "the issuer has a path, so the metadata is at \(url)")
            case 0: diagnosis.pass(.issuerMetadata, url)
            default: diagnosis.note(.issuerMetadata, "only at a place of OpenID Connect: \(url)")
            }
            return document
        }
        if !documents.pages.isEmpty {
            diagnosis.skip(.issuerMetadata, because: .wellKnownType)
        } else if diagnosis.outcome(of: .resourceMetadata) != .passed {
            // The issuer was only guessed.
            diagnosis.skip(.issuerMetadata, because: .resourceMetadata)
        } else {
            diagnosis.fail(.issuerMetadata, "none at \(known.joined(separator: ", "))\(documents.detours)")
        }
        return nil
    }

    /// Checks the members, and returns the meaning of the document where the client would stop.
    func judge(_ document: JSONObject, issuer: String, _ diagnosis: inout Diagnosis) -> IssuerMetadata? {
        let named = document[Name.issuer.rawValue]?.string ?? "none"
        diagnosis.judge(.issuer, named.utf8.elementsEqual(issuer.utf8), "'\(named)', expected '\(issuer)'")
        let challenges = document[Name.codeChallengeMethods.rawValue]?.texts
        diagnosis.judge(
            .pkce, challenges?.contains(CodeChallenge.method) == true, challenges?.joined(separator: ", ") ?? "absent")
        let announced = document[Name.issuerInResponse.rawValue]
        diagnosis.judge(
            .issuerParameter, announced == nil || announced?.bool != nil,
            announced.map { $0.bool == nil ? "announced as no boolean" : "\($0 == true)" } ?? "not announced")
        var repaired = document
        repaired[Name.issuer.rawValue] = .string(issuer)
        repaired[Name.codeChallengeMethods.rawValue] = [.string(CodeChallenge.method)]
        do {
            let metadata = try IssuerMetadata(repaired, for: issuer, check: AddressCheck(server: server))
            diagnosis.pass(.endpoints, "\(metadata.authorizationEndpoint), \(metadata.tokenEndpoint)")
            return metadata
        } catch {
            diagnosis.fail(.endpoints, error.problem)
            return nil
        }
    }

    /// Sends an empty registration, which every server refuses; the answer shows whether registration is open.
    func registration(_ found: Found, _ diagnosis: inout Diagnosis) async throws {
        guard let member = found.document[Name.registrationEndpoint.rawValue] else {
            return diagnosis.pass(.registration, "none is announced")
        }
        guard let endpoint = member.string, WebAddress(endpoint) != nil else {
            return diagnosis.fail(.registration, "registration_endpoint is no URL")
        }
        let (answer, why) = try await fetch(
            WebRequest(.post, endpoint, fields: [("Content-Type", "application/json")], body: Array("{}".utf8)))
        switch answer?.status {
        case 200, 201, 400: diagnosis.pass(.registration, "\(endpoint) answers with \(why)")
        case 401, 403: diagnosis.note(.registration, "\(endpoint) is announced and refuses everyone with \(why)")
        default: diagnosis.fail(.registration, "\(endpoint) answers with \(why)")
        }
    }
}
