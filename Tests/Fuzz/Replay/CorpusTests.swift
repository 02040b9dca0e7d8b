import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What fuzzing starts from and what it once found, through the entry points that the fuzzer uses.
@Suite(.serialized) struct CorpusTests {
    private static let corpora = TestFiles.repository.appendingPathComponent("Tests/Fuzz/Corpora")

    @Test(arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        let folder = Self.corpora.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty, "\(folder.path) is empty; see CONTRIBUTING.md")
        for file in files {
            do { try target.run([UInt8](Data(contentsOf: file))) } catch {
                Issue.record("\(target) \(file.lastPathComponent): \(error)")
            }
        }
    }
}
