import Configuration
import Storage
import Verdicts

extension VerdictCache {
    /// `verdicts.sqlite` of the state folder.
    ///
    /// - Parameter store: one that forgets all with the process has verdicts that do so too; nil: no server keeps the folder.
    public convenience init(_ settings: Settings, beside store: StateStore? = nil) throws(VerdictCacheError) {
        let isInMemory = store?.path == ":memory:"
        try self.init(path: isInMemory ? ":memory:" : settings.resolve(settings.state) + "/verdicts.sqlite")
    }
}
