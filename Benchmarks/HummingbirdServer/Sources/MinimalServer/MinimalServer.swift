import Hummingbird
import Logging
import NIOPosix

/// One route on Hummingbird 2, with the answer of Kinglet's `/healthz`: what Benchmarks/compare.py measures against.
@main
struct MinimalServer {
    /// Arguments: port, number of event loops.
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 2 else {
            print("usage: MinimalServer PORT LOOPS")
            return
        }
        let router = Router()
        router.get("healthz") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"status":"ok"}"#)))
        }
        var logger = Logger(label: "hummingbird")
        logger.logLevel = .error
        let app = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: numbers[0]), serverName: "hummingbird"),
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: numbers[1])), logger: logger)
        try await app.runService()
    }
}
