internal import HTTPEdge
internal import OAuth
internal import Primitives

/// Corrections of single requests without a key: metadata, and the preflights of pages.
extension FlowTable {
    /// Moves the metadata that were read without a user agent out of a flow whose client has one when it reads.
    mutating func expelUnnamedReadings(from number: Int) {
        guard let flow = flows[number], flow.prelude.isRead(named: false) else { return }
        var taken: Taken = (Prelude(), [])
        change(number) { flow in
            taken.prelude = flow.prelude.takeUnnamedReadings()
            taken.steps = flow.take(Set(taken.prelude.entries))
            flow.wait = flow.prelude.wait
        }
        let other = flows.filter {
            $0.number != number && $0.machine == flow.machine && $0.isDiscovery && !$0.prelude.isRead(named: true)
                && $0.prelude.challenge != nil
        }.max { $0.lastEntry < $1.lastEntry }
        put(taken, into: other?.number ?? login(after: taken.prelude, on: flow.machine) ?? begin(on: flow.machine))
    }

    /// The latest challenged login of a client that sends requests without a user agent, and that has not read some
    /// metadata which were read before it.
    private func login(after readings: Prelude, on machine: String) -> Int? {
        flows.filter { flow in
            flow.machine == machine && flow.evidence.isUnnamed && flow.prelude.challenge != nil
                && readings.events.allSatisfy { event in
                    event.moment.entry < flow.attribution.authorization ?? 0
                        && !(event.document.map(flow.prelude.hasRead) ?? false)
                }
        }.max { $0.lastEntry < $1.lastEntry }?.number
    }

    /// Moves metadata that a client read in an earlier flow of its own to the authorization that they were read for.
    ///
    /// What that flow's own token request came after is only moved to a login that was challenged, so that it is not
    /// accused of what another run of the same client did at the same time.
    mutating func reclaimReadings(for number: Int) {
        guard let flow = flows[number], let began = flow.attribution.authorization, let time = flow.lastMoment?.time,
            flow.prelude.resourceMetadata == nil || flow.prelude.serverMetadata == nil
        else { return }
        let mayBeClaimed = flow.prelude.challenge != nil
        func reclaimed(_ other: Flow) -> [Int] {
            other.readings.parts.filter { $0.evidence.agreement(with: flow.evidence) > 0 }.flatMap(\.events).filter {
                $0.isReading && $0.moment.entry < began && time - $0.moment.time < Self.adoption
                    && (mayBeClaimed || $0.moment.entry > other.attribution.claimed)
                    && !($0.document.map(flow.prelude.hasRead) ?? false)
            }.map(\.moment.entry)
        }
        let source = flows.filter {
            $0.number != number && $0.machine == flow.machine && !reclaimed($0).isEmpty
        }.max { $0.lastEntry < $1.lastEntry }
        guard let source else { return }
        var taken: Taken = (Prelude(), [])
        change(source.number) { changed in
            for entry in reclaimed(source) { taken.prelude.merge(changed.readings.take(entry)) }
            taken.steps = changed.take(Set(taken.prelude.entries))
        }
        put(taken, into: number)
    }

    /// Moves metadata that another run of the same client read twice to one that has not read them.
    mutating func takeSpareReadings(for number: Int) {
        guard let flow = flows[number], flow.prelude.challenge != nil, let began = flow.attribution.authorization,
            flow.prelude.resourceMetadata == nil || flow.prelude.serverMetadata == nil
        else { return }
        for other in flows.filter({ $0.number != number && $0.machine == flow.machine }) {
            let spare = other.prelude.spareReadings(for: flow.prelude, flow.evidence, before: began)
            guard !spare.isEmpty else { continue }
            var taken: Taken = (Prelude(), [])
            change(other.number) { changed in
                for entry in spare { taken.prelude.merge(changed.prelude.take(entry)) }
                taken.steps = changed.take(Set(spare))
            }
            return put(taken, into: number)
        }
    }

    /// Moves metadata that were read again in an earlier flow to the authorization for which they may have been read.
    mutating func takeReadings(for number: Int, _ classified: ClassifiedExchange) {
        guard let flow = flows[number], flow.prelude.isEmpty else { return }
        let (machine, time) = (flow.machine, classified.exchange.time)
        let source = flows.filter {
            $0.number != number && $0.machine == machine
                && $0.readings.has { $0.isReading && time - $0.moment.time < Self.adoption }
                && $0.attribution.claimed < $0.readings.entries.max() ?? 0 && mayAsk($0, classified)
        }.max { $0.lastEntry < $1.lastEntry }
        guard let source else { return }
        var taken: Taken = (Prelude(), [])
        change(source.number) { flow in
            taken = (flow.readings, flow.take(Set(flow.readings.entries)))
            flow.readings = Prelude()
        }
        change(number) { $0.attribution.source = source.number }
        put(taken, into: number)
        correctFollows(number)
    }

    // MARK: - Preflights

    /// A preflight whose request is still to come.
    struct Preflight: Sendable {
        let entry: Int
        var flow: Int
    }

    /// Moves the preflight of a request to the flow of the request.
    mutating func attributePreflight(before classified: ClassifiedExchange, to number: Int) {
        guard classified.exchange.request.fields.first("origin") != nil else { return }
        if case .preflight = classified.event {
            preflights[classified.preflightKey] = Preflight(entry: classified.exchange.number, flow: number)
        } else if let preflight = preflights[classified.preflightKey], preflight.flow != number {
            preflights[classified.preflightKey] = Preflight(entry: preflight.entry, flow: number)
            move(preflight.entry, from: preflight.flow, to: number)
        }
    }

    private mutating func move(_ entry: Int, from one: Int, to other: Int) {
        var taken: Taken = (Prelude(), [])
        change(one) { flow in
            taken.prelude = flow.prelude.take(entry)
            taken.prelude.merge(flow.readings.take(entry))
            taken.steps = flow.take([entry])
        }
        change(other) { $0.put(taken) }
        removeIfEmpty(one)
        note(Correction(entries: [entry], flow: other))
    }
}

extension ClassifiedExchange {
    /// What a preflight and the request that it precedes have in common.
    fileprivate var preflightKey: Digest {
        let fields = exchange.request.fields
        let method = fields.first("access-control-request-method") ?? exchange.request.method.rawValue
        return Digest(of: "\(agent)|\(method)|\(exchange.request.path)")
    }
}
