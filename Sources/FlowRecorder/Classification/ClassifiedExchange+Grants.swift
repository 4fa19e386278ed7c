internal import HTTPEdge
internal import OAuth
internal import Primitives

extension ClassifiedExchange {
    /// The tokens that the server issued in an answer that a fault damaged, so that the client could not read them.
    var lostTokens: AnsweredTokens? {
        guard let answer = exchange.intended, answer.status == .ok, case .bytes(let bytes) = answer.body else {
            return nil
        }
        guard let document = (try? JSONParser.parse(bytes))?.object, document["access_token"] != nil else { return nil }
        return AnsweredTokens(document)
    }

    /// The fault that made up the answer; nil for an answer of the server.
    var planted: SafeText? { exchange.isPlanted ? exchange.fault : nil }

    /// The status that the route answered with, before a fault changed the answer; nil when it was not asked.
    var routeStatus: Int? { exchange.isPlanted ? nil : (exchange.intended ?? exchange.response).status.code }

    /// Whether the request revoked a token or a grant.
    var isRevocation: Bool { routeStatus == 200 && exchange.hasEffect }

    /// The digest of the client id that the request presents.
    var presentedClient: Digest? {
        let credentials = try? ClientCredentials(
            authorization: exchange.request.fields["authorization"], parameters: form ?? FormParameters())
        return credentials?.candidates.first.map { Digest(of: $0.id) }
    }

    /// What a token request tries: the same parameters by the same client, however it authenticates.
    func attempt(_ names: [ParameterName], in form: FormParameters) -> Digest {
        let values = names.map { form.values($0).joined(separator: " ") }
        return Digest(of: ([presentedClient?.hex ?? ""] + values).joined(separator: "\n"))
    }

    /// Whether the refusal of a code or refresh token that was used before ended its grant.
    ///
    /// A grant that is unknown "was revoked" before.
    var endsGrant: Bool { errorDescription.map { $0.contains("is revoked") || $0.contains("are revoked") } ?? false }
}

extension AnsweredTokens {
    /// Reads a token response.
    init(_ document: JSONObject) {
        let (access, refresh) = (document["access_token"]?.string, document["refresh_token"]?.string)
        self.init(
            access: access.map(Digest.init(of:)), refresh: refresh.map(Digest.init(of:)),
            expiresIn: document["expires_in"]?.number?.intValue, scope: document["scope"]?.string)
    }
}
