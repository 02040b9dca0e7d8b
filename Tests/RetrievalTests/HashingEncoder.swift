import Retrieval
import Synchronization

/// An encoder for tests: words hashed into few dimensions, so that texts that share words are near. Counts what it is asked.
final class HashingEncoder: TextEncoder {
    let dimensions = 64
    let identity: String
    private let asked = Mutex<[String]>([])

    init(identity: String = "hashing") { self.identity = identity }

    var texts: [String] { asked.withLock { $0 } }

    func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        asked.withLock { $0 += texts }
        return texts.flatMap { text -> [Float] in
            var vector = [Float](repeating: 0, count: dimensions)
            for word in Terms(text, splitsNames: true) {
                let hash = word.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
                    ($0 ^ UInt64($1)) &* 1_099_511_628_211
                }
                vector[Int(hash >> 20) & 63] += hash & 1 == 0 ? 1 : -1
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else {
                vector[0] = 1
                return vector
            }
            return vector.map { $0 / length }
        }
    }
}

enum Lights {
    static let documents = [
        FunctionDocument(name: "light_on", description: "Switch a lamp on."),
        FunctionDocument(name: "light_off", description: "Switch a lamp off."),
        FunctionDocument(name: "setAlarm", description: "Wake the user at a time."),
        FunctionDocument(name: "play_music", description: "Play songs of an artist."),
    ]
}
