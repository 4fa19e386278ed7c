internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// `/debug/faults`: queues a fault, lists queued ones, removes all.
struct FaultsRoute: Route {
    let faults: FaultQueue
    let secrets: SecretScanner

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        switch request.method {
        case .post:
            let document = try DebugDocument(request)
            let rule = try FaultRule(document)
            do throws(FaultQueue.Full) {
                let queued = try faults.enqueue(rule, document: document.shown(secrets))
                return Responses.json(.created, queued.json)
            } catch {
                throw DebugRefusal.tooManyFaults(maximum: FaultQueue.capacity)
            }
        case .delete: return Responses.json(.ok, ["removed": JSONValue(faults.remove())])
        default: return Responses.json(.ok, ["faults": .array(faults.all.map { .object($0.json) })])
        }
    }
}

/// `/debug/faults/ID`: removes one fault.
struct FaultRoute: Route {
    let faults: FaultQueue

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        guard let id = Int(request.path.dropFirst(Path.debugFaults.count + 1)), faults.remove(id) > 0 else {
            throw RequestRefusal.notFound
        }
        return HTTPResponse(.noContent)
    }
}

extension FaultQueue.QueuedFault {
    /// The posted document, with its number and how often it was applied.
    fileprivate var json: JSONObject {
        JSONObject(
            [("id", JSONValue(id)), ("struck", JSONValue(applied))] + document.members.map { ($0.name, $0.value) })
    }
}
