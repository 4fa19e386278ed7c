internal import NIOCore

/// The connections with pipelined requests, each of which is answered in turn.
///
/// A client that sends hundreds of requests at once must not keep other clients waiting until all are answered: between
/// two of them other connections are read.
final class Turns: Sendable {
    /// The time for which answers are made before other connections are read.
    private static let slice = TimeAmount.milliseconds(2)
    /// The time until the rest is answered, in which the event loop reads; it does not while a task is due, so this is
    /// longer than it takes to look for one.
    private static let pause = TimeAmount.microseconds(200)

    private let waiting: NIOLoopBoundBox<CircularBuffer<HTTPConnection>>
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        waiting = .makeBoxSendingValue(CircularBuffer(), eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Gives a connection its turn after those that wait already.
    func add(_ connection: HTTPConnection) {
        waiting.value.append(connection)
        if waiting.value.count == 1 { eventLoop.execute { self.run() } }
    }

    private func run() {
        let end = NIODeadline.now() + Self.slice
        // A connection stays in the queue while it has its turn, so that none is scheduled for it meanwhile.
        while let connection = waiting.value.first {
            let goesOn = connection.takeTurn()
            waiting.value.removeFirst()
            if goesOn { waiting.value.append(connection) }
            guard NIODeadline.now() < end else { break }
        }
        if waiting.value.isEmpty { return }
        // After the answers are sent, which is a task, too.
        eventLoop.execute { [eventLoop] in
            eventLoop.scheduleTask(in: Self.pause) { self.run() }
        }
    }
}
