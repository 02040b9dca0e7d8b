import HTTPServer
import Documents

/// A streamed answer whose events come from a task of their own: what fails before the first event is an HTTP status,
/// what fails later is an event `{"error": …}`, and a silent stream says `: ` now and then.
package enum EventFeed {
    package enum Form {
        /// Events without names, `[DONE]` at the end.
        case openAI
        /// Events with names, the last of them the producer's; `error` where it fails.
        case named
    }

    private enum Item: Sendable {
        case event(String?, data: String)
        case comment
    }

    /// Hands the producer's events on.
    package struct Emitter: Sendable {
        fileprivate let yield: @Sendable (_ name: String?, _ data: String) -> Void

        package func send(_ value: JSONValue, as name: String? = nil) { yield(name, value.text()) }
    }

    /// - Parameters:
    ///   - silence: a comment is sent this often, so that proxies keep the connection open.
    ///   - produce: is cancelled when the client goes away.
    /// - Throws: what `produce` throws before its first event, if that is within `silence`.
    package static func response(
        _ form: Form = .openAI, to request: ServerRequest, silence: Duration = .seconds(10),
        produce: @escaping @Sendable (Emitter) async throws -> Void
    ) async throws -> ServerResponse {
        let items = start(silence, produce)
        var iterator = items.makeAsyncIterator()
        let first = try await iterator.next()
        try Task.checkCancellation()
        return .events { events in
            do {
                if let first { try await send(first, events) }
                for try await item in items { try await send(item, events) }
                try Task.checkCancellation()
            } catch let error as ResponseWriterError {
                throw error
            } catch {
                try Task.checkCancellation()
                try await events.send(
                    event: form == .named ? "error" : nil,
                    data: ErrorResponse.json(for: error, to: request).text(.spaced))
                return
            }
            if form == .openAI { try await events.send(data: "[DONE]") }
        }
    }

    private static func send(_ item: Item, _ events: EventStream) async throws {
        switch item {
        case .event(let name, let text): try await events.send(event: name, data: text)
        case .comment: try await events.comment()
        }
    }

    /// The tasks end with the stream: when it is read to its end, or let go.
    private static func start(
        _ silence: Duration, _ produce: @escaping @Sendable (Emitter) async throws -> Void
    ) -> AsyncThrowingStream<Item, any Error> {
        let (items, continuation) = AsyncThrowingStream.makeStream(of: Item.self)
        let producer = Task {
            do {
                try await produce(Emitter { continuation.yield(.event($0, data: $1)) })
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        let ticker = Task {
            while true {
                try await Task.sleep(for: silence)
                continuation.yield(.comment)
            }
        }
        continuation.onTermination = { _ in
            producer.cancel()
            ticker.cancel()
        }
        return items
    }
}
