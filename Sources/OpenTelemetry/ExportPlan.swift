/// Where traces and metrics go, and how often.
package struct ExportPlan: Sendable {
    /// Address of the collector; `/v1/traces` and `/v1/metrics` are put behind it.
    package var endpoint: String
    /// Sent with each request, as for a key.
    package var headers: [(name: String, value: String)] = []
    package var resource: [Attribute] = []
    package var version = ""
    package var sendsTraces = true
    package var sendsMetrics = true
    /// Between two times that metrics are sent.
    package var interval = Duration.seconds(15)
    /// That a span waits for others at most.
    package var patience = Duration.seconds(1)
    /// Of one attempt.
    package var timeout = Duration.seconds(10)
    /// Requests whose spans may wait.
    package var queue = 2048
    /// Share of the requests that begin a trace here; of others the caller decides.
    package var sampleRatio = 1.0
    /// Attempts to send one body; a wait of 1, 2, 4 … s between them, or what the collector says.
    package var attempts = 5
    package var firstWait = Duration.seconds(1)

    package init(endpoint: String) { self.endpoint = endpoint }
}
