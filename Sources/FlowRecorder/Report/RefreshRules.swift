internal import OAuth
internal import Primitives

/// The rules of requests with a refresh token.
extension RuleChecks {
    mutating func judgeRefresh(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ classified: ClassifiedExchange
    ) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        record.findings.judge(.resourceInRefresh, moment, names: resources.names(in: form, secrets), in: "The refresh")
        guard let token = form.secret(.refreshToken) else { return }
        var isRepeated = false
        refusedRefreshTokens.change(token) { isRepeated = $0.isIgnored(by: exchange) }
        if isRepeated, let refusal = refusedRefreshTokens[token] {
            record.findings.breaks(
                .noRefreshLoop, moment, "Request \(refusal.moment.entry) had refused this refresh token already.")
        } else {
            judgeSpent(token, classified)
        }
        switch outcome {
        case .issued(let tokens):
            record.findings.keeps(.refreshOnce, moment)
            if rotatedTokens[token] != nil { record.findings.keeps(.refreshNewest, moment) }
            // The answers of two at once may come in any order.
            if let refusal = refusedRefreshTokens[token], !isRepeated {
                record.findings.breaks(
                    .refreshOnce, moment, "Request \(refusal.moment.entry) was refreshing with the same token.")
            }
            noteRotation(of: token, tokens, classified)
        case .refused("invalid_grant"):
            if refusedRefreshTokens[token] == nil { refusedRefreshTokens[token] = EarlierAnswer(classified) }
            record.refusedRefresh = record.refusedRefresh ?? moment
        case .refused: break
        }
    }

    /// Judges a refresh token that was exchanged for another one; not where its client may not have that one.
    private mutating func judgeSpent(_ token: Digest, _ classified: ClassifiedExchange) {
        guard let rotation = rotations[token], !rotation.isDamaged else { return }
        var isLater = false
        rotations.change(token) { isLater = $0.answer.isIgnored(by: classified.exchange) }
        let first = rotation.answer.moment.entry
        if isLater {
            record.findings.breaks(
                .refreshNewest, classified.moment, "Request \(first) had brought the next refresh token already.")
        } else {
            record.findings.breaks(
                .refreshOnce, classified.moment, "Request \(first) was refreshing with the same token.")
        }
    }

    private mutating func noteRotation(
        of spent: Digest, _ tokens: AnsweredTokens, _ classified: ClassifiedExchange
    ) {
        guard let next = tokens.refresh, next != spent else { return }
        rotatedTokens[next] = classified.moment.entry
        guard rotations[spent] == nil else { return }
        rotations[spent] = Exchanged(answer: EarlierAnswer(classified), isDamaged: classified.exchange.fault != nil)
    }
}
