import HTTPServer
import Inference

/// The service manager's watchdog: fed as long as the engine gets on with its work.
enum Watchdog {
    /// - Returns: nil where the manager does not watch. Cancel it when the server stops.
    static func start(_ manager: ServiceManager, _ engine: Engine) -> Task<Void, Never>? {
        guard let interval = manager.watchdogInterval else { return nil }
        return Task {
            var last = engine.statistics
            while !Task.isCancelled {
                let now = engine.statistics
                if now.running == 0 || now.steps != last.steps || last.running == 0 { manager.watchdog() }
                last = now
                try? await Task.sleep(for: interval / 2)
            }
        }
    }
}
