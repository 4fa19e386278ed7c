import Testing
import TestSupport

@testable import Primitives

@Suite struct JSONNumberTests {
    @Test(
        "Whole numbers are recognized by value",
        arguments: [
            ("1", true, 1), ("-0", true, 0), ("1.0", true, 1), ("1e2", true, 100), ("1.5", false, nil),
            ("1e-1", false, nil),
            ("9007199254740993", true, 9_007_199_254_740_993), ("1e400", true, nil),
            ("99999999999999999999", true, nil),
        ] as [(String, Bool, Int?)])
    func whole(text: String, isInteger: Bool, value: Int?) {
        let number = JSONNumber(spelt: text)
        #expect(number.isInteger == isInteger)
        #expect(number.intValue == value)
    }
}
