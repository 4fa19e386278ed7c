import Foundation
import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

/// The requests of a real client with their answers, from a file that Tests/Interop/recording.py wrote.
struct Recording: Sendable, CustomTestStringConvertible {
    let name: String
    private let lines: [JSONObject]

    /// Reads a file of the folder `Recordings`.
    init(_ name: String) throws {
        self.name = name
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Recordings")
        let text = try String(contentsOf: folder.appendingPathComponent("\(name).ndjson"), encoding: .utf8)
        lines = try text.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)).object ?? [:] }
    }

    private init(name: String, lines: [JSONObject]) { (self.name, self.lines) = (name, lines) }

    var testDescription: String { name }

    var count: Int { lines.count }

    /// The same with another name of the client in its messages.
    func renamed(_ old: String, to new: String) -> Recording {
        let lines = lines.map { line in
            var line = line
            line["body"] = line["body"]?.string.map {
                .string($0.replacing(#""name":"\#(old)","version""#, with: #""name":"\#(new)","version""#))
            }
            return line
        }
        return Recording(name: "\(name) as \(new)", lines: lines)
    }

    /// The same page from another origin, whose name is another, too.
    func moved(to origin: String, as name: String) -> Recording {
        let lines = renamed("a-page", to: name).lines.map { line in
            var line = line
            if var fields = line["fields"]?.object,
                fields["Origin"]?.string.map({ $0 != "http://localhost:9003" }) ?? false
            {
                fields["Origin"] = .string(origin)
                line["fields"] = .object(fields)
            }
            return line
        }
        return Recording(name: "\(self.name) as \(name)", lines: lines)
    }

    /// An exchange of one run of the client, in which all secrets are its own.
    func exchange(_ index: Int, run: String, number: Int, time: Instant) -> Exchange {
        let line = lines[index]
        func text(_ name: String) -> String? { line[name]?.string.map { Self.filled($0, run) } }
        func fields(_ name: String) -> HTTPFields {
            HTTPFields((line[name]?.object ?? [:]).members.map { ($0.name, Self.filled($0.value.string ?? "", run)) })
        }
        let answerFields = fields("answer_fields")
        let isStream = answerFields.first("content-type")?.hasPrefix("text/event-stream") ?? false
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: text("method") ?? ""), path: text("path") ?? "", query: text("query"),
            host: "localhost:9003", fields: fields("fields"), body: Array((text("body") ?? "").utf8),
            peer: "127.0.0.1")
        let response = HTTPResponse(
            HTTPStatus(line["status"]?.number?.intValue ?? 0), fields: answerFields,
            body: isStream ? .events(EventStream { _ in }) : .bytes(Array((text("answer") ?? "").utf8)))
        return Exchange(
            number, request, response, endpoint: EndpointName(rawValue: text("endpoint") ?? "") ?? .other, time: time,
            duration: .zero)
    }

    /// Fills in the names of secrets; the challenge of a verifier is its digest.
    private static func filled(_ text: String, _ run: String) -> String {
        var parts = text.components(separatedBy: "{{")
        for index in parts.indices.dropFirst() {
            let pieces = parts[index].components(separatedBy: "}}")
            parts[index] = secret(pieces[0], run) + pieces.dropFirst().joined(separator: "}}")
        }
        return parts.joined()
    }

    private static func secret(_ name: String, _ run: String) -> String {
        guard name.hasPrefix("challenge-") else { return value("\(run) \(name)") }
        return value(value("\(run) verifier-\(name.dropFirst("challenge-".count))"))
    }

    /// 43 characters that stand for a text.
    private static func value(_ text: String) -> String { Base64.url.encode(Digest(of: text).bytes) }
}

/// Recordings that are replayed into one recorder.
final class Replay {
    let recorder = Recorder(
        secrets: SecretScanner([]), clientIDs: ["static-mcp-client-001", "static-mcp-public-001"],
        resources: KnownResources(own: ["http://localhost:9003", "http://localhost:9003/mcp"], others: []),
        now: { .seconds(1_800_001_000) }, nil
    )
    /// The run that each request belongs to, by its number.
    private(set) var runs: [Int: String] = [:]

    /// Replays an exchange of a recording.
    func play(_ recording: Recording, _ index: Int, run: String) {
        let number = recorder.journal.begin()
        runs[number] = run
        recorder.record(
            recording.exchange(
                index, run: run, number: number, time: .seconds(1_800_000_000) + .milliseconds(10 * number)))
        recorder.catchUp()
    }

    /// Replays a recording as a whole.
    func play(_ recording: Recording, run: String = "run") {
        for index in 0..<recording.count { play(recording, index, run: run) }
    }

    /// Replays recordings at once; the next exchange is always that of the run that is chosen.
    func interleave(_ recordings: [Recording], _ choose: ([Int]) -> Int) {
        var positions = recordings.map { _ in 0 }
        while true {
            let open = recordings.indices.filter { positions[$0] < recordings[$0].count }
            guard !open.isEmpty else { return }
            let run = choose(open)
            play(recordings[run], positions[run], run: "\(run)")
            positions[run] += 1
        }
    }

    /// The ids of the rules that were broken.
    var brokenRules: [String] { recorder.judgedFlows.flatMap { $0.brokenRules.map(\.rule.id) } }

    /// The runs whose requests are in each flow, by the journal and by its steps.
    var runsOfFlows: [Int: Set<String>] {
        var found: [Int: Set<String>] = [:]
        for entry in recorder.journal.entries {
            if let flow = entry.flow, let run = runs[entry.number] { found[flow, default: []].insert(run) }
        }
        for flow in recorder.flows {
            for step in flow.steps { runs[step.first.entry].map { _ = found[flow.number, default: []].insert($0) } }
        }
        return found
    }
}
