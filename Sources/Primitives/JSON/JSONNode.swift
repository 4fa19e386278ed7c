/// Where a value of a JSON text is; in front of each member's value stands the place of its name.
struct JSONNode {
    /// What is there.
    enum Kind: UInt8 { case null, `true`, `false`, number, string, array, object }

    let kind: Kind
    private let firstOctet: UInt32
    private var length: UInt32
    private var following: UInt32

    /// The longest text that has places, in bytes; with what its strings mean it is at most twice as long.
    static let longestText = Int(UInt32.max / 2)

    init(_ kind: Kind, start: Int, size: Int = 0, next: Int) {
        self.kind = kind
        firstOctet = UInt32(start)
        length = UInt32(size)
        following = UInt32(next)
    }

    /// The first byte of a number, or of what a string means.
    var start: Int { Int(firstOctet) }

    /// How many bytes a number or a string has, how many elements an array, how many members an object.
    var size: Int {
        get { Int(length) }
        set { length = UInt32(newValue) }
    }

    /// The index of the place after this value and all within it.
    var next: Int {
        get { Int(following) }
        set { following = UInt32(newValue) }
    }
}
