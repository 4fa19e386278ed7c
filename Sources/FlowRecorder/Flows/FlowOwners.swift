internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The flow of a code or token, and whether a request with it is of that flow's client or of another one.
extension FlowTable {
    /// The flow of a token, which is not on record if another server or `/debug` issued it.
    mutating func owner(
        of token: Digest, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int? {
        if let token = history.tokens[token], token.flow != 0 { return kept(token.flow, classified) }
        return bearers[Self.bearerKey(of: token, history)].flatMap { has($0) ? $0 : nil }
    }

    /// What the tokens of a grant that `/debug` made have in common; of any other token itself.
    static func bearerKey(of token: Digest, _ history: CredentialHistory) -> Digest {
        guard let grant = history.tokens[token]?.grant.number, grant < 0 else { return token }
        return Digest(of: "grant \(grant)")
    }

    /// The flow of a code or token that was damaged on its way.
    func owner(ofDamaged texts: [String], _ history: CredentialHistory) -> Int? {
        texts.lazy.compactMap { history.damage(to: $0) }.compactMap { history.flow(of: $0.whole) }.first(where: has)
    }

    /// The flow of a message with a token of a flow: that one, or another one if another client uses the same token.
    ///
    /// The name that a client gives itself tells, or else the user agent; within a session no message is another's.
    mutating func user(
        of number: Int, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int {
        if let session = classified.requestFields.session {
            let opener = history.sessions[session].flatMap { flows[$0.flow] }
            return opener?.attribution.lender == number ? opener?.number ?? number : number
        }
        guard classified.exchange.request.method == .post, let flow = flows[number],
            flow.evidence.isOfOther(classified)
        else { return number }
        let keys = Self.borrowerKeys(of: number, classified)
        for key in keys {
            guard let known = borrowers[key].flatMap({ flows[$0] }), !known.evidence.isOfOther(classified) else {
                continue
            }
            for key in keys { borrowers[key] = known.number }
            return known.number
        }
        let begun = begin(classified)
        change(begun) { $0.attribution.lender = number }
        for key in keys { borrowers[key] = begun }
        return begun
    }

    private static func borrowerKeys(of lender: Int, _ classified: ClassifiedExchange) -> [Digest] {
        let name = classified.clientInfo.map { Digest(of: "\(lender) name \($0.digest.hex)") }
        return [name, Digest(of: "\(lender) program \(classified.program.hex)")].compactMap(\.self)
    }

    /// The flow of a request with credentials of a client about a token of a flow: that one, unless it is refused and
    /// comes from another program, such as the MCP server that asks about the tokens it gets; nil for its own.
    func asking(about number: Int, _ classified: ClassifiedExchange) -> Int? {
        guard let flow = flows[number], classified.exchange.status >= 400 else { return number }
        return flow.identity.isOfAgent(of: classified) ? number : nil
    }

    /// The flow of a token request with a code, refresh token or verifier of a flow: that one, unless another program
    /// sends it with another client id; nil for its own.
    func redeeming(_ number: Int, _ classified: ClassifiedExchange) -> Int? {
        guard let flow = flows[number], !flow.identity.isOfAgent(of: classified) else { return number }
        if let borrower = borrowers[Digest(of: "\(number) program \(classified.program.hex)")], has(borrower) {
            return borrower
        }
        guard let clientID = classified.clientID, let own = flow.clientID, clientID != own else { return number }
        return nil
    }

    /// The flow of the code, refresh token or verifier in a token request.
    mutating func owner(
        of form: FormParameters, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int? {
        if let code = form.secret(.code).flatMap({ history.codes[$0] }) { return kept(code.flow, classified) }
        if let owner = form.secret(.refreshToken).flatMap({ owner(of: $0, classified, history) }) { return owner }
        if let verifier = form.values(.codeVerifier).first.flatMap({ CodeVerifier(Secret($0)) }),
            let challenge = history.challenges[Digest(of: CodeChallenge(of: verifier).value)], has(challenge.flow)
        {
            return challenge.flow
        }
        return owner(ofDamaged: [ParameterName.code, .refreshToken].compactMap { form.first($0) }, history)
    }
}

extension ClientEvidence {
    /// Whether a message with the token of these requests is of another client.
    fileprivate func isOfOther(_ classified: ClassifiedExchange) -> Bool {
        if let name, let its = classified.clientInfo { return name.digest != its.digest }
        return program.map { $0 != classified.program } ?? false
    }

    /// Whether a request has the user agent of these, or has none like some of these.
    fileprivate func isOfAgent(of classified: ClassifiedExchange) -> Bool {
        guard classified.isNamed else { return isUnnamed || agents.isEmpty }
        return agents.isEmpty || agents.contains(classified.agent)
    }
}
