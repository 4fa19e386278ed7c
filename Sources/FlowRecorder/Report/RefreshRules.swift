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
        let isSpent = judgeSpent(token, classified)
        switch outcome {
        case .issued(let tokens):
            record.findings.keeps(.refreshOnce, moment)
            if rotatedTokens[token] != nil { record.findings.keeps(.refreshNewest, moment) }
            judgeRefused(token, classified)
            noteRotation(of: token, tokens, classified)
        case .refused("invalid_grant") where !isSpent:
            record.repetitions.note(.refusedToken(token), classified)
            record.refusedRefresh = record.refusedRefresh ?? moment
        case .refused: break
        }
    }

    /// Notes the use of a refresh token that was exchanged for another one; not where its client may not have that one.
    ///
    /// - Returns: whether it was.
    private mutating func judgeSpent(_ token: Digest, _ classified: ClassifiedExchange) -> Bool {
        guard let rotation = rotations[token], !rotation.isDamaged else { return false }
        record.repetitions.note(.spentToken(token), classified, after: rotation.answer)
        return true
    }

    /// Judges tokens for a refresh token that was refused before: the answers of two at once may come in any order.
    private mutating func judgeRefused(_ token: Digest, _ classified: ClassifiedExchange) {
        guard var refusal = record.repetitions[.refusedToken(token)] else { return }
        refusal.note(classified)
        if !refusal.repetitions.contains(where: { $0.moment == classified.moment }) {
            record.repetitions.remove(.refusedToken(token))
            if record.refusedRefresh == refusal.moment { record.refusedRefresh = nil }
            record.findings.breaks(
                .refreshOnce, classified.moment,
                "Request \(refusal.moment.entry) was refreshing with the same token.")
        } else {
            record.repetitions.note(.refusedToken(token), classified)
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
