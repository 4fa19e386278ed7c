#if Redis
internal import NIOCore

/// A command and who waits for its reply.
struct PendingCommand {
    let command: Command
    let deadline: NIODeadline
    /// Nil: nobody waits, and it is tried until ``lastDeadline``.
    let reply: CheckedContinuation<RESPValue, any Error>?
    var lastDeadline = NIODeadline.uptimeNanoseconds(0)
    /// Whether Redis has forgotten the script, which then goes out as its text.
    var isScriptUnknown = false
    /// How often it was sent; each time it may have been carried out.
    var timesSent = 0
}

/// The commands without a reply, oldest first: at the front those that are sent, behind them those that are not yet.
struct CommandQueue {
    private var commands = CircularBuffer<PendingCommand>()
    /// How many are sent; their replies come in this order.
    private(set) var sentCount = 0

    var count: Int { commands.count }

    /// When the oldest loses patience.
    var nextDeadline: NIODeadline? { commands.first?.deadline }

    mutating func append(_ command: PendingCommand) {
        commands.append(command)
    }

    /// Calls for each command that is not sent yet, which it then is.
    mutating func send(_ write: (PendingCommand) -> Void) {
        for index in commands.indices.dropFirst(sentCount) {
            commands[index].timesSent += 1
            write(commands[index])
        }
        sentCount = commands.count
    }

    /// Takes the command that a reply belongs to; nil when none was asked for.
    mutating func popAnswered() -> PendingCommand? {
        guard sentCount > 0 else { return nil }
        sentCount -= 1
        return commands.popFirst()
    }

    /// Takes it for unsent what was sent on a connection that is gone.
    mutating func takeBack() {
        sentCount = 0
    }

    /// Takes the commands whose time is over.
    mutating func popExpired(at now: NIODeadline) -> [PendingCommand] {
        let expired = Array(commands.prefix { $0.deadline <= now })
        commands.removeFirst(expired.count)
        sentCount = max(0, sentCount - expired.count)
        return expired
    }

    /// Takes all commands.
    mutating func popAll() -> [PendingCommand] {
        defer { self = CommandQueue() }
        return Array(commands)
    }
}
#endif
