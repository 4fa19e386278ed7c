/// The place of a value in a JSON text; the node of a member's name stands before the node of its value.
struct JSONNode {
    /// The kind of value.
    enum Kind: UInt8 { case null, `true`, `false`, number, string, array, object }

    let kind: Kind
    private let firstOctet: UInt32
    private var length: UInt32
    private var following: UInt32

    /// The maximum size of a text, in bytes; with its unescaped strings it is at most twice as long.
    static let longestText = Int(UInt32.max / 2)

    init(_ kind: Kind, start: Int, size: Int = 0, next: Int) {
        self.kind = kind
        firstOctet = UInt32(start)
        length = UInt32(size)
        following = UInt32(next)
    }

    /// The position of the first byte of a number or an unescaped string.
    var start: Int { Int(firstOctet) }

    /// The bytes of a number or string, the elements of an array, or the members of an object.
    var size: Int {
        get { Int(length) }
        set { length = UInt32(newValue) }
    }

    /// The index of the node after this value and everything in it.
    var next: Int {
        get { Int(following) }
        set { following = UInt32(newValue) }
    }
}
