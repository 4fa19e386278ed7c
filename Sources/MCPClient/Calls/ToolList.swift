internal import MCPCore
internal import Primitives

/// The tools of a server, as far as they can be used.
struct ToolList: Sendable {
    /// The most pages, tools, bytes of all pages and bytes of all that is kept; an honest server has less.
    static let (pageLimit, toolLimit, byteLimit, keptLimit) = (1000, 10_000, 64 << 20, 16 << 20)
    /// The longest cursor in bytes.
    private static let cursorLimit = 16 << 10

    private(set) var tools: [RemoteTool] = []
    /// Why a tool cannot be used, and its name.
    private(set) var unusable: [(name: String, problem: String)] = []
    /// What is odd about the list itself, though what is in it can be used.
    private(set) var oddities: [String] = []
    /// What the first page says about the list besides the tools: how long it may be kept, for instance.
    private(set) var about: JSONObject = [:]

    private var cursors: Set<String> = []
    private var readBytes = 0
    private var keptBytes = 0

    /// What people should know about it, one line each.
    var warnings: [String] {
        unusable.map { "The tool '\($0.name.printable(128))' cannot be used: \($0.problem)." } + oddities
    }

    /// Takes a page.
    ///
    /// - Parameter choosesByHeaders: whether annotations for headers are read, which only the stateless revisions know.
    /// - Returns: the cursor of the next one; nil when there is none, or none that makes sense.
    mutating func take(_ page: JSONObject, choosesByHeaders: Bool) -> String? {
        if cursors.isEmpty {
            for name in ["resultType", "ttlMs", "cacheScope"] { about[name] = page[name] }
        }
        readBytes += JSONWriter.bytes(of: page).count
        for definition in page["tools"]?.array ?? [] {
            guard tools.count + unusable.count < Self.toolLimit else {
                return end("it has more than \(Self.toolLimit) tools")
            }
            // An object that was read keeps the whole page.
            let definition = definition.object?.detached ?? [:]
            keptBytes += definition.textSize
            guard keptBytes <= Self.keptLimit else { return end("it takes more than \(Self.keptLimit) bytes") }
            add(definition, choosesByHeaders: choosesByHeaders)
        }
        guard let next = page["nextCursor"], next != .null else { return nil }
        guard let cursor = next.string, cursor.utf8.count <= Self.cursorLimit else {
            return end(
                next.string == nil ? "nextCursor is no text" : "nextCursor is longer than \(Self.cursorLimit) bytes")
        }
        let isLast = cursor == lastCursor
        guard cursors.insert(cursor).inserted else {
            return end(isLast ? "nextCursor is the same again" : "its pages go round in circles")
        }
        lastCursor = cursor
        guard cursors.count < Self.pageLimit else { return end("it has more than \(Self.pageLimit) pages") }
        guard readBytes < Self.byteLimit else { return end("its pages have more than \(Self.byteLimit) bytes") }
        return cursor
    }

    private var lastCursor: String?

    /// Leaves it at what there is.
    ///
    /// - Parameter why: the rest of a sentence about the list.
    @discardableResult
    mutating func end(_ why: String) -> String? {
        oddities.append("The server's list of tools was not read further: \(why).")
        return nil
    }

    private mutating func add(_ definition: JSONObject, choosesByHeaders: Bool) {
        do {
            tools.append(try RemoteTool(definition, readsAnnotations: choosesByHeaders))
        } catch {
            unusable.append((definition["name"]?.string ?? "?", error.problem.printable()))
        }
    }
}

/// What a connection knows of the tools, for calls that need no list of their own.
struct ToolCatalog: Sendable {
    /// What is known of one name.
    enum Entry: Sendable {
        case tool(RemoteTool)
        case unusable(problem: String)
    }

    private let entries: [String: Entry]
    /// What is odd about the list.
    let oddities: [String]
    /// When the server's own word on how long the list may be kept is over; nil when it gave none.
    private let end: Duration?

    init(_ list: ToolList, now: Duration) {
        let unusable = list.unusable.map { ($0.name, Entry.unusable(problem: $0.problem)) }
        entries = Dictionary(list.tools.map { ($0.name, Entry.tool($0)) } + unusable) { first, _ in first }
        oddities = list.oddities
        end = list.about["ttlMs"]?.number?.intValue.flatMap { $0 > 0 ? now + .milliseconds($0) : nil }
    }

    func isGood(at now: Duration) -> Bool { end.map { now < $0 } ?? true }

    /// What is known of a name; nil when it is not in the list.
    subscript(_ name: String) -> Entry? { entries[name] }
}
