import Documents
import Functions
import OrderedCollections

/// Salesforce's xLAM sets: `query`, `tools` and `answers`, lists or JSON texts of lists. No answers: nothing fits.
enum QueryToolsAnswers {
    static func read(_ rows: [ForeignRow]) throws(ConversionError) -> ConvertedSet {
        var set = ConvertedSet()
        for row in rows {
            let offered = try OfferedFunctions(try row.list("tools"), place: row.place)
            let answers = try row.list("answers")
            guard let calls = offered.calls(answers) else {
                set.note("left out: an answer is no call of a tool that is listed")
                continue
            }
            var sample = ConvertedSet.Sample(query: try row.text("query"), functions: offered.functions)
            sample.calls = calls
            sample.outcome = calls.isEmpty ? .noAppropriateFunction : .call
            sample.id = row.json["id"].map { "xlam-\($0.stringValue ?? $0.text())" }
            set.samples.append(sample)
        }
        return set
    }
}

/// The Berkeley leaderboard's single turns: `id`, `question`, `function`; and in another file `id` and `ground_truth`, calls
/// whose parameters have lists of accepted values.
enum BerkeleyQuestions {
    static func read(_ rows: [ForeignRow], answers: [ForeignRow]?) throws(ConversionError) -> ConvertedSet {
        var truths: [String: [JSONValue]] = [:]
        for row in answers ?? [] { truths[try row.text("id")] = try row.list("ground_truth") }
        var set = ConvertedSet()
        for row in rows {
            let id = try row.text("id")
            let offered = try OfferedFunctions(try row.list("function"), place: row.place)
            guard var sample = try question(row, offered) else {
                set.note("left out: the question has several turns, or does not end with the user's")
                continue
            }
            (sample.id, sample.isPossible) = (id, true)
            if let truth = truths[id] {
                guard let calls = calls(truth, offered) else {
                    set.note("left out: an answer calls a function that is not listed")
                    continue
                }
                sample.calls = calls
            } else if id.contains("irrelevance") {
                (sample.outcome, sample.isPossible) = (.noAppropriateFunction, false)
            } else if id.contains("relevance") {
                (sample.isAny, sample.isPossible) = (true, false)
            } else {
                set.note("left out: no possible answers have its id; give their file with --answers")
                continue
            }
            set.samples.append(sample)
        }
        return set
    }

    private static func question(
        _ row: ForeignRow, _ offered: OfferedFunctions
    ) throws(ConversionError) -> ConvertedSet.Sample? {
        let turns = try row.list("question")
        guard turns.count == 1, var dialogue = ToolDialogues.dialogue(turns[0].arrayValue ?? []),
            let last = dialogue.popLast(), last.role == .user
        else { return nil }
        var sample = ConvertedSet.Sample(query: last.content, functions: offered.functions)
        sample.history = dialogue
        return sample
    }

    private static func calls(_ truth: [JSONValue], _ offered: OfferedFunctions) -> [FunctionCall]? {
        let calls = truth.compactMap { json -> FunctionCall? in
            guard let members = json.objectValue, members.count == 1, let (name, parameters) = members.elements.first
            else { return nil }
            return parameters.objectValue.flatMap { offered.call(name, $0) }
        }
        return calls.count == truth.count ? calls : nil
    }
}
