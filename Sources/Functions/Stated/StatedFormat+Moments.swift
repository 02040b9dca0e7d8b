extension StatedFormat {
    /// A pattern of the forms of dates and times of day that a text names, and where the last one ends.
    static func moments(_ text: [Character]) -> (pattern: String, end: Int)? {
        var forms: [String] = [], end = 0, isRange = false
        for (template, place) in templates(text) {
            let between = String(text[end..<place.lowerBound]).lowercased()
            if isRange, [" to ", "/", " - "].contains(between), let first = forms.popLast() {
                forms.append(first + escaped(between) + template.pattern)
            } else if !forms.contains(template.pattern) {
                forms.append(template.pattern)
            }
            (end, isRange) = (place.upperBound, true)
        }
        return forms.isEmpty ? nil : (forms.joined(separator: "|"), end)
    }

    /// All templates in a text: `YYYY-MM-DD`, `dd.mm.yy`, `HH:MM:SS`, `YYYY-MM-DDTHH:MM:SSZ` …
    static func templates(_ text: [Character]) -> [(template: MomentTemplate, place: Range<Int>)] {
        var found: [(MomentTemplate, Range<Int>)] = [], index = 0
        while index < text.count {
            let isStart = index == 0 || !(text[index - 1].isLetter || text[index - 1].isNumber)
            if isStart, let (template, end) = template(text, at: index) {
                found.append((template, index..<end))
                index = end
            } else {
                index += 1
            }
        }
        return found
    }

    private static let fields: [(text: String, field: MomentTemplate.Field)] = [
        ("YYYY", .year), ("YYY", .year), ("YY", .shortYear), ("MM", .month), ("DD", .day), ("HH", .hour),
        ("SS", .second),
    ]

    /// At least two fields with what separates them.
    private static func template(_ text: [Character], at start: Int) -> (MomentTemplate, end: Int)? {
        var index = start, parts: [MomentTemplate.Part] = [], seen: [MomentTemplate.Field] = []
        while let (name, end) = field(text, at: index) {
            // MM behind hours are minutes, whatever the case.
            let field = name == .month && seen.last == .hour ? .minute : name
            guard !seen.contains(field) else { return nil }
            parts.append(.field(field))
            seen.append(field)
            index = end
            guard let separator = separator(text, at: index) else { break }
            if !separator.isEmpty { parts.append(.literal(separator)) }
            index += separator.count
        }
        guard seen.count >= 2 else { return nil }
        if index < text.count, text[index] == "Z", seen.contains(.hour) {
            parts.append(.literal("Z"))
            index += 1
        }
        let half = seen.contains(.hour) ? halves(text, at: index) : nil
        index = half ?? index
        // `HH:MM:SS.sss`, `YYYY-MM-DDx`: of a form that is not known here.
        guard index == text.count || !(text[index].isLetter || text[index].isNumber) else { return nil }
        return (MomentTemplate(parts, isTwelve: half != nil), index)
    }

    private static func field(_ text: [Character], at index: Int) -> (MomentTemplate.Field, end: Int)? {
        for (name, field) in fields {
            let end = index + name.count
            guard end <= text.count, String(text[index..<end]).uppercased() == name,
                // One case throughout, so that no word of the sentence is taken for a field.
                Set(text[index..<end].map(\.isUppercase)).count == 1
            else { continue }
            return (field, end)
        }
        return nil
    }

    /// What stands between two fields; nil if no field follows.
    private static func separator(_ text: [Character], at index: Int) -> String? {
        ["-", "/", ".", ":", " ", "T", ""].first { separator in
            let end = index + separator.count
            return end < text.count && String(text[index..<end]) == separator && field(text, at: end) != nil
        }
    }

    /// Where ` AM/PM` ends.
    private static func halves(_ text: [Character], at index: Int) -> Int? {
        let end = index + 6
        return end <= text.count && String(text[index..<end]).uppercased() == " AM/PM" ? end : nil
    }
}
