/// A moment by which something must be done, unless it is called off before.
package struct Deadline: Sendable {
    let end: ContinuousClock.Instant, seconds: Double
    /// Asked now and then while something is waited for.
    private let isCalledOff: (@Sendable () -> Bool)?

    package init(seconds: Double, isCalledOff: (@Sendable () -> Bool)? = nil) {
        (self.seconds, end) = (seconds, .now + .seconds(seconds))
        self.isCalledOff = isCalledOff
    }

    /// The same time again, from now on.
    var renewed: Deadline { Deadline(seconds: seconds, isCalledOff: isCalledOff) }

    /// For `poll`: whole milliseconds, rounded up, at most a tenth of a second where it may be called off.
    ///
    /// - Throws: `.timedOut` once the moment has passed, `.cancelled`.
    func patience() throws(ExchangeError) -> Int32 {
        if isCalledOff?() == true { throw .cancelled }
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { throw .timedOut(afterSeconds: seconds) }
        let milliseconds = Int32(clamping: Int((left / .milliseconds(1)).rounded(.up)))
        return isCalledOff == nil ? milliseconds : min(100, milliseconds)
    }
}
