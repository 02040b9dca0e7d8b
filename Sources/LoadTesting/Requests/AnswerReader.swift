import Documents
import HTTPClient
import OrderedCollections

/// One answer as it comes: bytes to what is known of it in the end.
struct AnswerReader {
    private let workload: Workload
    private(set) var status = 0
    private(set) var stages: [StageTime] = []
    private var body: [UInt8] = []
    private var stream: StreamedAnswer?
    private var isTooLarge = false
    private static let limit = 64 << 20

    init(_ workload: Workload) {
        self.workload = workload
        if workload.streams, workload.method == "POST" { stream = StreamedAnswer(workload.kind) }
    }

    mutating func take(_ head: ResponseHead) {
        status = head.status
        stages = head["server-timing"].map(StageTime.read) ?? []
    }

    mutating func take(_ piece: ArraySlice<UInt8>, at now: Double) {
        if status == 200, stream != nil {
            stream?.take(piece, at: now)
        } else if workload.method == "GET", status == 200 {
            return  // whatever it is, it is not looked at
        } else if body.count + piece.count <= Self.limit {
            body += piece
        } else {
            isTooLarge = true
        }
    }

    /// Books the whole answer.
    func finish(_ record: inout RequestRecord) {
        record.status = status
        record.stages = stages
        if isTooLarge {
            record.failure = RequestFailure(.answer, "an answer of more than \(Self.limit) bytes")
            return
        }
        let streamed = status == 200 ? stream : nil
        let (complaint, usage) = streamed.map(workload.check) ?? workload.check(status: status, body)
        if let usage { record.usage = usage }
        (record.firstToken, record.gaps) = (streamed?.firstToken, streamed?.gaps ?? [])
        if let value = streamed?.value["timings"]?.objectValue { record.stages = StageTime.read(value) }
        guard let complaint else { return }
        let kind: RequestFailure.Kind =
            !(200..<300).contains(status) ? .status : streamed?.error != nil ? .stream : .answer
        record.failure = RequestFailure(kind, complaint, status: status)
    }
}
