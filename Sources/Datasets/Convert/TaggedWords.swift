import Adapters
import Documents
import Foundation

/// Slot filling by tags. Three forms: a folder with `seq.in`, `seq.out` and `label`; lines `words<TAB>tags` whose last tag is the
/// intent (`BOS … EOS` of ATIS); and a word and its tag a line, a blank line between sentences, the intent in a comment
/// `# intent: NAME`.
enum TaggedWords {
    struct Sentence {
        var words: [String], tags: [String]
        var intent: String
    }

    /// - Throws: `ConversionError` that names file and line.
    static func read(_ paths: [String]) throws -> ConvertedSet {
        var examples: [LegacyExample] = [], unequal = 0, several = 0
        for path in paths {
            for sentence in try sentences(path) {
                guard let slots = slots(sentence) else {
                    unequal += 1
                    continue
                }
                // ATIS joins the intents of a sentence that has two.
                if sentence.intent.contains("#") {
                    several += 1
                } else {
                    let text = sentence.words.joined(separator: " ")
                    examples.append(.init(intent: sentence.intent, text: text, slots: slots))
                }
            }
        }
        guard !examples.isEmpty else { return ConvertedSet() }
        var set = try LegacyExamples.plain(examples)
        if unequal > 0 { set.note("left out: words and tags are not equally many", times: unequal) }
        if several > 0 { set.note("left out: it has two intents", times: several) }
        return set
    }

    private static func sentences(_ path: String) throws -> [Sentence] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            let text = try InputFile.text(path)
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
            let first = lines.first { !$0.isEmpty && !$0.hasPrefix("#") } ?? ""
            let parts = first.split(separator: "\t")
            // A row has a tag and an intent at the least, a column's line one tag.
            return try parts.count == 2 && words(String(parts[1])).count > 1 ? rows(lines, path) : columns(lines, path)
        }
        let files = try ["seq.in", "seq.out", "label"].map { name in
            try InputFile.text("\(path)/\(name)").split(whereSeparator: \.isNewline).map(String.init)
        }
        guard files[0].count == files[1].count, files[0].count == files[2].count else {
            throw ConversionError(
                path, "seq.in, seq.out and label have \(files.map { "\($0.count)" }.joined(separator: ", ")) lines")
        }
        return files[0].indices.map { index in
            Sentence(words: words(files[0][index]), tags: words(files[1][index]), intent: trimmed(files[2][index]))
        }
    }

    /// `BOS show flights EOS<TAB>O O O intent`.
    private static func rows(_ lines: [String], _ path: String) throws(ConversionError) -> [Sentence] {
        var sentences: [Sentence] = []
        for (index, line) in lines.enumerated() where !trimmed(line).isEmpty {
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 2, var tags = Optional(words(parts[1])), let intent = tags.popLast() else {
                throw ConversionError(
                    "\(path): line \(index + 1)", "is not words, a tab, and tags with the intent last")
            }
            var said = words(parts[0])
            if said.last == "EOS" { said.removeLast() }
            if said.first == "BOS" {
                said.removeFirst()
                tags = Array(tags.dropFirst())
            }
            sentences.append(Sentence(words: said, tags: tags, intent: intent))
        }
        return sentences
    }

    /// A word and a tag a line.
    private static func columns(_ lines: [String], _ path: String) throws(ConversionError) -> [Sentence] {
        var sentences: [Sentence] = [], open = Sentence(words: [], tags: [], intent: "")
        for (index, line) in (lines + [""]).enumerated() {
            if trimmed(line).isEmpty {
                if !open.words.isEmpty {
                    guard !open.intent.isEmpty else {
                        throw ConversionError(
                            "\(path): line \(index + 1)",
                            "the sentence before has no intent; write # intent: NAME before it")
                    }
                    sentences.append(open)
                    open = Sentence(words: [], tags: [], intent: "")
                }
            } else if isComment(line) {
                let parts = line.dropFirst().split(maxSplits: 1, whereSeparator: { $0 == ":" || $0 == "=" })
                if parts.count == 2, trimmed(String(parts[0])).lowercased() == "intent" {
                    open.intent = trimmed(String(parts[1]))
                }
            } else {
                let parts = words(line)
                guard parts.count >= 2, let word = parts.first, let tag = parts.last else {
                    throw ConversionError("\(path): line \(index + 1)", "is not a word and its tag")
                }
                open.words.append(word)
                open.tags.append(tag)
            }
        }
        return sentences
    }

    /// A line that begins with `#` and is not a word with its tag, as `#party O`.
    private static func isComment(_ line: String) -> Bool {
        guard line.hasPrefix("#") else { return false }
        let parts = words(line)
        return parts.count != 2 || parts[1] != "O" && slot(of: parts[1]) == nil
    }

    /// What a B- or I- tag is a part of; nil of O and what is no tag.
    private static func slot(of tag: String) -> String? {
        tag.count > 2 && (tag.hasPrefix("B-") || tag.hasPrefix("I-")) ? String(tag.dropFirst(2)) : nil
    }

    /// Slots in the order of the words; an I- tag without its B- begins one.
    static func slots(_ sentence: Sentence) -> [LegacyExample.Slot]? {
        guard sentence.words.count == sentence.tags.count else { return nil }
        var slots: [LegacyExample.Slot] = [], open: String?
        for (word, tag) in zip(sentence.words, sentence.tags) {
            let name = slot(of: tag)
            if let name, tag.hasPrefix("I-"), open == name {
                slots[slots.count - 1].value += " " + word
            } else if let name {
                slots.append(.init(name: name, value: word))
            }
            open = name
        }
        return slots
    }

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    private static func trimmed(_ text: String) -> String { words(text).joined(separator: " ") }
}
