import Documents
import Functions
import OrderedCollections

/// Gathers intents and entities, whatever file they stand in, and drafts from them.
struct LegacyCollector {
    struct Intent {
        var examples: OrderedSet<String> = []
        /// Examples that say what another says.
        var duplicates = 0
        /// Slots in the order of their first use, with how many examples use each.
        var uses: OrderedDictionary<String, Int> = [:]
        /// Slots that stand more than once in one example.
        var repeated: Set<String> = []
    }

    var intents: OrderedDictionary<String, Intent> = [:]
    /// By the name of the slot in the legacy stack.
    var entities: OrderedDictionary<String, LegacyEntity> = [:]
    /// Intents that stand for "nothing fits".
    var fallbacks: Set<String> = []
    private(set) var notes: OrderedSet<String> = []
    /// All of them, in their order, none twice.
    private(set) var examples: OrderedSet<LegacyExample> = []
    private let limits = PoolLimits()

    /// Takes an example with its values, and each of its slots as an entity.
    mutating func add(_ example: LegacyExample) {
        let (slots, intent) = (example.slots.map(\.name), example.intent)
        for slot in slots { declare(entity: slot) }
        var known = intents[intent] ?? Intent()
        let text = example.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !text.isEmpty { examples.append(LegacyExample(intent: intent, text: text, slots: example.slots)) }
        if !text.isEmpty, !known.examples.append(text).inserted { known.duplicates += 1 }
        for slot in OrderedSet(slots) { known.uses[slot, default: 0] += 1 }
        known.repeated.formUnion(OrderedDictionary(grouping: slots, by: \.self).filter { $0.value.count > 1 }.keys)
        intents[intent] = known
    }

    mutating func note(_ text: String) { notes.append(text) }
    mutating func declare(intent: String) { if intents[intent] == nil { intents[intent] = Intent() } }
    mutating func declare(entity: String) { if entities[entity] == nil { entities[entity] = LegacyEntity() } }

    /// - Parameter name: of the pool and the adapter.
    func draft(name: String, output: OutputShape) throws(LegacyImportError) -> LegacyDraft {
        var notes = Notes(all: notes), functions: [FunctionDefinition] = []
        var rules = JSONObject(), taken: Set<String> = [], places: [String: Place] = [:]
        let fallback = intents.keys.first { fallbacks.contains($0) }
        for (intent, content) in intents where !fallbacks.contains(intent) {
            let function = LegacyNames.identifier(intent, not: &taken)
            let examples = kept(content, function, &notes)
            var names: Set<String> = [], properties = JSONObject(), parameters = JSONObject()
            var place = Place(function: function, lists: content.repeated)
            for slot in content.uses.keys {
                let name = LegacyNames.identifier(slot, not: &names)
                properties[name] = (entities[slot] ?? LegacyEntity())
                    .schema(of: slot, isRepeated: content.repeated.contains(slot))
                parameters[name] = .string(slot)
                place.names[slot] = name
            }
            places[intent] = place
            // No parameter is required: a legacy intent is right with any of its slots missing.
            functions.append(
                FunctionDefinition(
                    name: function, description: LegacyNames.sentence(intent),
                    parameters: ["type": "object", "properties": .object(properties)], examples: examples))
            rules[function] = ["domain": .string(name), "intent": .string(intent), "parameters": .object(parameters)]
        }
        noteUnused(&notes)
        notes.append("descriptions are the intents' names in words; say there what each function does and when")
        if fallback == nil {
            notes.append("no fallback intent was found; outcomes map to \"none\": mend the adapter's outcomes")
        }
        let outcome: JSONValue = ["domain": .string(name), "intent": .string(fallback ?? "none")]
        let adapter: JSONValue = [
            "output": .string(output.rawValue),
            "outcomes": ["no_appropriate_function": outcome, "request_unclear": outcome],
            "functions": .object(rules),
        ]
        let samples = samples(places, &notes)
        do {
            let pool = try FunctionPool(name: name, functions: functions)
            return LegacyDraft(
                pool: pool, adapter: adapter, notes: Array(notes.all), exampleNotes: notes.ofExamples, samples: samples)
        } catch {
            throw LegacyImportError(path: "", message: "\(error)")
        }
    }

    /// What a person should look at, once each.
    private struct Notes {
        private(set) var all: OrderedSet<String>
        private(set) var ofExamples: Set<String> = []

        init(all: OrderedSet<String>) { self.all = all }

        /// - Parameter ofExamples: it says which examples stand in the pool.
        mutating func append(_ note: String, ofExamples isOfExamples: Bool = false) {
            all.append(note)
            if isOfExamples { ofExamples.insert(note) }
        }
    }

    /// What an intent became: its function, its parameters by its slots, and slots that are lists.
    private struct Place {
        var function: String
        var names: [String: String] = [:]
        var lists: Set<String>
    }

    /// Examples as calls; those with a value that their parameter does not have are counted and left out.
    private func samples(_ places: [String: Place], _ notes: inout Notes) -> [LegacySample] {
        var samples: [LegacySample] = [], left: OrderedDictionary<String, Int> = [:]
        for example in examples {
            guard let place = places[example.intent] else {
                samples.append(LegacySample(query: example.text))
                continue
            }
            guard let parameters = parameters(of: example, names: place.names, lists: place.lists) else {
                left[place.function, default: 0] += 1
                continue
            }
            samples.append(
                LegacySample(
                    query: example.text, call: FunctionCall(function: place.function, parameters: parameters)))
        }
        for (function, count) in left {
            notes.append(
                "\(function): \(count) examples have a value that its parameter does not take; they are no samples")
        }
        return samples
    }

    /// Examples that a pool takes; what it does not take is said.
    private func kept(_ content: Intent, _ function: String, _ notes: inout Notes) -> [String] {
        let fitting = content.examples.filter { $0.utf8.count <= limits.exampleBytes }
        let examples = Array(fitting.prefix(limits.examples))
        if examples.isEmpty {
            notes.append("\(function): no example query; write a description that says when it is called")
        }
        if content.duplicates > 0 {
            notes.append("\(function): \(content.duplicates) examples stand twice and were taken once")
        }
        if fitting.count > examples.count {
            notes.append(
                "\(function): \(fitting.count - examples.count) examples more than the \(limits.examples) that a pool "
                    + "takes were left out; a data set of examples takes them (Docs: calling.examples)",
                ofExamples: true)
        }
        let long = content.examples.count - fitting.count
        if long > 0 {
            notes.append(
                "\(function): \(long) examples of more than \(limits.exampleBytes) bytes were left out",
                ofExamples: true)
        }
        return examples
    }

    /// What no function shows: examples of fallbacks, entities that no example uses.
    private func noteUnused(_ notes: inout Notes) {
        for (intent, content) in intents where fallbacks.contains(intent) && !content.examples.isEmpty {
            let count = content.examples.count + content.duplicates
            notes.append(
                "\(intent): its \(count) examples say what fits nothing; they are not taken over", ofExamples: true)
        }
        let used = Set(intents.filter { !fallbacks.contains($0.key) }.flatMap(\.value.uses.keys))
        for (name, entity) in entities where !used.contains(name) {
            var parts: [String] = []
            if !entity.values.isEmpty { parts.append("values: \(entity.values.joined(separator: ", "))") }
            for (value, words) in entity.synonyms { parts.append("\(value): \(words.joined(separator: ", "))") }
            if !entity.patterns.isEmpty { parts.append("patterns: \(entity.patterns.joined(separator: ", "))") }
            if !entity.lookup.isEmpty { parts.append("lookup: \(entity.lookup.joined(separator: ", "))") }
            notes.append(
                "entity \(name): no example uses it, so no function has it"
                    + (parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"))
        }
    }
}
