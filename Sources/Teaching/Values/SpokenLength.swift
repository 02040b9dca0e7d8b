/// The unit of a whole number that says how long.
package enum LengthUnit: String, Sendable, Hashable, CaseIterable {
    case minutes, seconds

    package var seconds: Int { self == .minutes ? 60 : 1 }
}

/// Lengths of time in words: `ten minutes`, `an hour and a half`, `一个半小时`.
package enum SpokenLength {
    /// All ways of saying it that are known here; never empty for a length above 0.
    package static func phrases(_ seconds: Int, _ language: TemplateLanguage) -> [String] {
        let parts = Unit.allCases.map { unit in (unit: unit, count: seconds % (unit.above ?? .max) / unit.seconds) }
            .filter { $0.count > 0 }
        var phrases = idioms(seconds, language)
        if parts.count == 1, let part = parts.first {
            phrases += counted(part.count, part.unit, language)
        } else {
            phrases += composed(parts, language)
        }
        // "90 minutes", "120 seconds": one unit alone, where it stays a number that people say.
        for unit in [Unit.minute, .second] where seconds % unit.seconds == 0 && parts.last?.unit != parts.first?.unit {
            let count = seconds / unit.seconds
            if count <= 180 { phrases.append(digits(count, unit, language)) }
        }
        return phrases
    }

    private enum Unit: Int, CaseIterable {
        case day, hour, minute, second

        var seconds: Int { [86_400, 3_600, 60, 1][rawValue] }
        /// Seconds of the next larger unit.
        var above: Int? { rawValue == 0 ? nil : [86_400, 3_600, 60][rawValue - 1] }
    }

    /// In digits and in words.
    private static func counted(_ count: Int, _ unit: Unit, _ language: TemplateLanguage) -> [String] {
        let inDigits = digits(count, unit, language)
        guard let words = words(count, unit, language) else { return [inDigits] }
        return [inDigits, words]
    }

    private static func digits(_ count: Int, _ unit: Unit, _ language: TemplateLanguage) -> String {
        let blank = language == .zh ? "" : " "
        return "\(count)\(blank)\(name(unit, isOne: count == 1, language))"
    }

    /// nil for numbers whose words change with what is counted.
    private static func words(_ count: Int, _ unit: Unit, _ language: TemplateLanguage) -> String? {
        let name = name(unit, isOne: count == 1, language)
        let isFeminine = unit == .hour || language == .de || language == .fr
        switch (language, count) {
        case (.en, 1): return unit == .hour ? "an hour" : "a \(name)"
        case (.zh, _):
            guard let number = count == 2 ? "两" : SpelledNumber.words(count, .zh) else { return nil }
            return unit == .hour ? "\(number)个小时" : "\(number)\(name)"
        case (.de, 1): return unit == .day ? "einen Tag" : "eine \(name)"
        case (.fr, 1): return unit == .day ? "un jour" : "une \(name)"
        case (.es, 1): return isFeminine ? "una \(name)" : "un \(name)"
        case (.fr, _) where count % 10 == 1 && count != 11: return nil
        case (.es, _) where count % 10 == 1 && count != 11: return nil
        default: return SpelledNumber.words(count, language).map { "\($0) \(name)" }
        }
    }

    /// `1 hour and 30 minutes`, `1小时30分钟`.
    private static func composed(_ parts: [(unit: Unit, count: Int)], _ language: TemplateLanguage) -> [String] {
        let texts = parts.map { digits($0.count, $0.unit, language) }
        guard language != .zh else { return [texts.joined()] }
        return [texts.joined(separator: " "), language.joined(texts)]
    }

    private static func name(_ unit: Unit, isOne: Bool, _ language: TemplateLanguage) -> String {
        let names: [String]
        switch language {
        case .en: names = ["day", "hour", "minute", "second"]
        case .zh: return ["天", "小时", "分钟", "秒"][unit.rawValue]
        case .de:
            return (isOne ? ["Tag", "Stunde", "Minute", "Sekunde"] : ["Tage", "Stunden", "Minuten", "Sekunden"])[
                unit.rawValue]
        case .fr: names = ["jour", "heure", "minute", "seconde"]
        case .es: names = ["día", "hora", "minuto", "segundo"]
        }
        return names[unit.rawValue] + (isOne ? "" : "s")
    }

    /// Halves and quarters.
    private static func idioms(_ seconds: Int, _ language: TemplateLanguage) -> [String] {
        if let fixed = fixed[language]?[seconds] { return fixed }
        // "two and a half hours"
        let hours = seconds / 3600
        guard seconds % 3600 == 1800, (2...9).contains(hours), let number = SpelledNumber.words(hours, language) else {
            return []
        }
        switch language {
        case .en: return ["\(number) and a half hours"]
        case .zh: return ["\(hours == 2 ? "两" : number)个半小时"]
        // Up to there the reader of times knows the word.
        case .de: return hours > 4 ? [] : ["\(number)einhalb Stunden"]
        case .fr: return ["\(number) heures et demie"]
        case .es: return ["\(number) horas y media"]
        }
    }

    private static let fixed: [TemplateLanguage: [Int: [String]]] = [
        .en: [
            30: ["half a minute"], 90: ["a minute and a half"], 900: ["a quarter of an hour"],
            1800: ["half an hour"], 2700: ["three quarters of an hour"],
            5400: ["an hour and a half", "one and a half hours"],
        ],
        .zh: [900: ["一刻钟"], 1800: ["半小时", "半个小时"], 2700: ["三刻钟"], 5400: ["一个半小时"], 30: ["半分钟"], 90: ["一分半钟"]],
        .de: [
            900: ["eine Viertelstunde"], 1800: ["eine halbe Stunde"], 2700: ["eine Dreiviertelstunde"],
            5400: ["anderthalb Stunden", "eineinhalb Stunden"],
        ],
        .fr: [
            900: ["un quart d'heure"], 1800: ["une demi-heure"], 2700: ["trois quarts d'heure"],
            5400: ["une heure et demie"],
        ],
        .es: [
            900: ["un cuarto de hora"], 1800: ["media hora"], 2700: ["tres cuartos de hora"],
            5400: ["una hora y media"],
        ],
    ]
}
