internal import Synchronization

/// What was made of a head, for the requests that come with the same head again.
struct HeadMemo: ~Copyable, Sendable {
    private final class Kept: Sendable {
        let object: any AnyObject & Sendable

        init(_ object: any AnyObject & Sendable) { self.object = object }
    }

    private let kept = AtomicLazyReference<Kept>()

    /// Of several kinds of objects the first is kept, and the others are made anew.
    func object<Object: AnyObject & Sendable>(_ make: () -> Object) -> Object {
        if let object = kept.load()?.object as? Object { return object }
        let object = make()
        _ = kept.storeIfNil(Kept(object))
        return object
    }
}
