import Foundation
import Retrieval
import TestSupport
import Testing

@Suite struct LexicalUpdateTests {
    private static let words = [
        "light", "lamp", "kitchen", "bedroom", "temperature", "heating", "alarm", "wake", "music", "volume", "weather",
        "turn on", "turn off", "set", "increase", "客厅", "打开", "灯",
    ]

    private static func document(_ name: String, _ random: inout SeededGenerator) -> FunctionDocument {
        let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        return FunctionDocument(name: name, description: text.joined(separator: " "))
    }

    @Test("law: an index changed step by step answers as one made anew", arguments: UInt64(0)..<30)
    func updates(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var documents = (0..<Int.random(in: 0...20, using: &random)).map { Self.document("f\($0)", &random) }
        var index = LexicalIndex(documents), next = 100
        for _ in 0..<40 {
            var moved = Array(documents.indices), changed: Set<String> = []
            var edited = documents
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0 where !edited.isEmpty:
                    let row = Int.random(in: edited.indices, using: &random)
                    edited[row] = Self.document(edited[row].name, &random)
                    changed.insert(edited[row].name)
                case 1 where !edited.isEmpty:
                    changed.insert(edited.remove(at: Int.random(in: edited.indices, using: &random)).name)
                default:
                    edited.append(Self.document("f\(next)", &random))
                    changed.insert("f\(next)")
                    next += 1
                }
            }
            var rows: [String: Int] = [:]
            for (row, document) in edited.enumerated() { rows[document.name] = row }
            for (old, document) in documents.enumerated() {
                moved[old] = changed.contains(document.name) ? -1 : rows[document.name] ?? -1
            }
            let added = edited.enumerated().filter { changed.contains($0.element.name) }.map {
                (row: $0.offset, document: $0.element)
            }
            index = index.updated(names: edited.map(\.name), moved: moved, added: added)
            documents = edited
            let fresh = LexicalIndex(documents)
            for query in ["turn on the kitchen lamp", "heating 打开", Self.words.randomElement(using: &random) ?? ""] {
                let query = RetrievalQuery(query, history: ["bedroom music"])
                #expect(index.search(query, limit: 10) == fresh.search(query, limit: 10))
            }
        }
    }

    @Test func aPoolThatGrowsOneByOneKeepsFewSegments() {
        var random = SeededGenerator(7)
        var documents: [FunctionDocument] = [], index = LexicalIndex([])
        for number in 0..<1000 {
            let document = Self.document("f\(number)", &random)
            index = index.updated(
                names: (documents + [document]).map(\.name), moved: Array(documents.indices),
                added: [(documents.count, document)])
            documents.append(document)
        }
        #expect(index.segmentCount <= 11)
        let query: RetrievalQuery = "increase the volume"
        #expect(index.search(query, limit: 20) == LexicalIndex(documents).search(query, limit: 20))
    }
}
