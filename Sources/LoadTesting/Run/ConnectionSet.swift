import HTTPClient

/// The connections of one point: a slot's requests go over the one that is its own, or that it shares with others. Owner: the
/// generator's thread.
final class ConnectionSet {
    private let target: LoadConnection.Target
    private let queue: ReadinessQueue
    /// The one that takes requests now, by lane.
    private var lanes: [LoadConnection] = []
    /// By key; those that take no more requests stay until their answers are there.
    private var known: [LoadConnection?] = []
    private var closedCount = 0

    init(_ plan: LoadPlan, slots: Int, _ queue: ReadinessQueue) {
        target = LoadConnection.Target(endpoint: plan.endpoint, version: plan.wire.version)
        self.queue = queue
        let count = plan.wire.version == .http1 ? slots : min(slots, plan.wire.connections)
        for _ in 0..<count { lanes.append(make()) }
    }

    /// Connections opened so far.
    var opened: Int { closedCount + known.reduce(0) { $0 + ($1?.opened ?? 0) } }

    private func make() -> LoadConnection {
        let connection = LoadConnection(key: known.count, target, queue)
        known.append(connection)
        return connection
    }

    /// The connection for a slot's next request.
    func connection(for slot: Int) -> LoadConnection {
        let lane = slot % lanes.count
        if lanes[lane].isSpent, !lanes[lane].isIdle { lanes[lane] = make() }
        return lanes[lane]
    }

    subscript(key: Int) -> LoadConnection? { known.indices.contains(key) ? known[key] : nil }

    /// Forgets a connection that takes no more requests and carries none.
    func tidy(_ connection: LoadConnection) {
        guard connection.isSpent, connection.isIdle, !lanes.contains(where: { $0 === connection }) else { return }
        closedCount += connection.opened
        connection.close()
        known[connection.key] = nil
    }
}
