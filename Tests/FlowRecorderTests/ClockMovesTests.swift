import Testing

@testable import FlowRecorder

@Suite("The moves of the debug clock")
struct ClockMovesTests {
    @Test("Each request has the offset of its time; of those before forgotten moves it is not known")
    func offsets() {
        var moves = ClockMoves()
        #expect(moves.offset(at: 0) == .zero)
        for entry in 1...102 { moves.move(to: .seconds(entry), after: entry) }
        #expect(moves.offset(at: 2) == nil)
        #expect(moves.offset(at: 3) == .seconds(2))
        #expect(moves.offset(at: 102) == .seconds(101))
        #expect(moves.offset(at: 103) == .seconds(102))
        moves.move(to: .seconds(102), after: 110)
        #expect(moves.latest == 102)
    }
}
