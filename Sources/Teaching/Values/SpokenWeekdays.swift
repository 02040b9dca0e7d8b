import Digests
import Documents

/// Days of the week as they are said, with their English names as the value.
enum SpokenWeekdays {
    private static let values = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// One day in a third of the draws, else two or three, a span, working days or the weekend.
    static func draw(_ language: TemplateLanguage, using random: inout SplitMix64) -> ValueEntry? {
        guard let names = names[language]?.randomElement(using: &random) else { return nil }
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: return entry(Array([Int.random(in: 0..<7, using: &random)]), names, language)
        case 4..<8:
            let count = Int.random(in: 2...3, using: &random)
            return entry((0..<7).shuffled(using: &random).prefix(count).sorted(), names, language)
        case 8, 9:
            let first = Int.random(in: 0..<4, using: &random), last = Int.random(in: (first + 2)...6, using: &random)
            return ValueEntry(
                say: span(names[first], names[last], language), value: value(Array(first...last)))
        default:
            guard let set = sets[language]?.randomElement(using: &random) else { return nil }
            return ValueEntry(say: set.say, value: value(Array(set.days)))
        }
    }

    private static func entry(_ days: [Int], _ names: [String], _ language: TemplateLanguage) -> ValueEntry {
        ValueEntry(say: language.joined(days.map { names[$0] }), value: value(days))
    }

    private static func value(_ days: [Int]) -> JSONValue { .array(days.map { .string(values[$0]) }) }

    private static func span(_ first: String, _ last: String, _ language: TemplateLanguage) -> String {
        switch language {
        case .en: "\(first) to \(last)"
        case .zh: "\(first)到\(last)"
        case .de: "\(first) bis \(last)"
        case .fr: "\(first) à \(last)"
        case .es: "\(first) a \(last)"
        }
    }

    /// From Monday on; a language may have two sets of names.
    private static let names: [TemplateLanguage: [[String]]] = [
        .en: [values, ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]],
        .zh: [
            ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
            ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期天"],
        ],
        .de: [["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]],
        .fr: [["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]],
        .es: [["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]],
    ]

    /// Several days under one name; German and French have none that stands where a day does.
    private static let sets: [TemplateLanguage: [(say: String, days: Range<Int>)]] = [
        .en: [("weekdays", 0..<5), ("weekdays", 0..<5), ("weekends", 5..<7)],
        .zh: [("工作日", 0..<5), ("周末", 5..<7)],
        .de: [("Montag bis Freitag", 0..<5), ("Samstag und Sonntag", 5..<7)],
        .fr: [("lundi à vendredi", 0..<5), ("samedi et dimanche", 5..<7)],
        .es: [("lunes a viernes", 0..<5), ("sábado y domingo", 5..<7)],
    ]
}
