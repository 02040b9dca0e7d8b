import Synchronization

/// The adapters that an engine has, by name. Any thread may add and remove; requests under way keep theirs.
public final class AdapterRegistry: Sendable {
    private let adapters = Mutex<[String: ServedAdapter]>([:])

    /// Empty.
    public init() {}

    /// Instead of what had its name before.
    public func add(_ adapter: ServedAdapter) { adapters.withLock { $0[adapter.name] = adapter } }

    /// - Returns: false if there was none of this name.
    @discardableResult
    public func remove(_ name: String) -> Bool { adapters.withLock { $0.removeValue(forKey: name) != nil } }

    /// All at once, instead of those before.
    public func replaceAll(_ new: [ServedAdapter]) {
        let named = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        adapters.withLock { $0 = named }
    }

    public subscript(name: String) -> ServedAdapter? { adapters.withLock { $0[name] } }

    /// In alphabetical order of their names.
    public var all: [ServedAdapter] { adapters.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// In alphabetical order.
    public var names: [String] { adapters.withLock { $0.keys.sorted() } }
}
