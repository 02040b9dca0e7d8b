import Inference
import Testing

/// A damaged block manager is found, whatever is damaged, and an idle engine starts anew with a sound one.
@Suite struct BlockIntegrityTests {
    /// What a fault of ours could do to a manager with one running table of four blocks and one cached prefix of two.
    static let damages: [(String, @Sendable (inout BlockManager, inout [BlockTable]) -> Void)] = [
        ("a table released twice", { manager, tables in manager.release(tables[0]) }),
        ("a table lost", { _, tables in tables = [] }),
        ("a table counted twice", { _, tables in tables.append(tables[0]) }),
        ("a reference lost", { manager, tables in manager.blocks[Int(tables[0].blocks[1])].references = 0 }),
        ("a free block lost", { manager, _ in _ = manager.free.popLast() }),
        ("a block free twice", { manager, _ in manager.free.append(manager.free[0]) }),
        ("a held block free", { manager, tables in manager.free.append(tables[0].blocks[0]) }),
        ("an unknown block free", { manager, _ in manager.free.append(999) }),
        ("a cached block both free and unused", { manager, _ in manager.free.append(manager.unused.elements[0]) }),
        ("an unused block lost", { manager, _ in _ = manager.unused.popFirst() }),
        ("a held block unused", { manager, tables in manager.unused.append(tables[0].blocks[3]) }),
        (
            "an index entry lost",
            { manager, _ in manager.index = manager.index.filter { $0.value != manager.unused.elements[0] } }
        ),
        ("a key lost", { manager, tables in manager.blocks[Int(tables[0].blocks[0])].key = nil }),
        (
            "a key that belongs to another",
            { manager, tables in
                manager.blocks[Int(tables[0].blocks[0])].key = manager.blocks[Int(tables[0].blocks[1])].key
            }
        ),
        (
            "an index entry to a block that does not exist",
            { manager, _ in for key in manager.index.keys.prefix(1) { manager.index[key] = 64_000 } }
        ),
        (
            "a cached block that was never computed",
            { manager, _ in manager.blocks[Int(manager.unused.elements[0])].isComputed = false }
        ),
    ]

    /// A running prompt of 13 tokens, a cached prefix of 8, blocks of 4.
    private static func manager() throws -> (BlockManager, [BlockTable]) {
        var manager = BlockManager(blocks: 16, blockSize: 4)
        let prompts: [[Int32]] = [(0..<13).map { $0 }, (100..<109).map { $0 }]
        var tables: [BlockTable] = []
        for prompt in prompts {
            guard case .admitted(var table, _) = manager.admit(prompt, in: PrefixScope(salt: 0)) else {
                throw Refused()
            }
            manager.commit(&table, prompt, computed: prompt.count)
            tables.append(table)
        }
        manager.release(tables.removeLast())
        return (manager, tables)
    }

    private struct Refused: Error {}

    @Test func aSoundManagerHasNoProblem() throws {
        let (manager, tables) = try Self.manager()
        #expect(manager.integrityProblems(tables: tables) == [])
        #expect(manager.unused.count == 2 && tables[0].blocks.count == 4)
    }

    @Test("law: damage is found", arguments: damages.indices) func found(number: Int) throws {
        var (manager, tables) = try Self.manager()
        let (name, damage) = Self.damages[number]
        damage(&manager, &tables)
        let problems = manager.integrityProblems(tables: tables)
        #expect(!problems.isEmpty, "\(name)")
        #expect(problems.allSatisfy { $0.contains("block") }, "it says which: \(problems)")
    }

    @Test("law: an idle scheduler goes on with sound blocks", arguments: damages.indices.dropFirst())
    func restored(number: Int) throws {
        var scheduler = Scheduler(configuration: EngineConfiguration(kvBlocks: 32))
        #expect(scheduler.restoreIntegrity() == [])
        let (damaged, held) = try Self.manager()
        scheduler.blocks = damaged
        var tables = held
        Self.damages[number].1(&scheduler.blocks, &tables)
        // The tables of the damaged manager are known to nobody here, which is damage enough.
        #expect(!scheduler.restoreIntegrity().isEmpty)
        #expect(scheduler.restoreIntegrity() == [])
        #expect(scheduler.blocks.available == 32 && scheduler.blocks.cachedBlocks == 0)
    }

    @Test(.timeLimit(.minutes(1))) func anEngineLooksOnceWhenItHasNothingToDo() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 64, blockSize: 4, batch: 16)
        for round in 1...3 {
            _ = try await engine.generate(GenerationRequest(prompt: [1, 2, 3, 4, 5], maxTokens: 3))
            while engine.statistics.integrityChecks < round { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(120))
            #expect(engine.statistics.integrityChecks == round, "once after work, not again and again")
        }
        #expect(engine.statistics.integrityFailures == 0)
        engine.stop()
    }
}
