/// The languages that templates are written in.
package enum TemplateLanguage: String, Sendable, Hashable, CaseIterable {
    case en, zh, de, fr, es

    /// Of the samples of a function that has all languages; of one that has some, in proportion. English and Chinese are what
    /// most users speak; at 6 % each the others were learnt half as well.
    package var share: Double {
        switch self {
        case .en: 0.44
        case .zh: 0.29
        case .de, .fr, .es: 0.09
        }
    }

    /// What devices say of themselves.
    var locales: [String] {
        switch self {
        case .en: ["en-US", "en-GB", "en-US", "en-AU"]
        case .zh: ["zh-CN", "zh-CN", "zh-TW", "zh-HK"]
        case .de: ["de-DE", "de-AT", "de-CH"]
        case .fr: ["fr-FR", "fr-BE", "fr-CA"]
        case .es: ["es-ES", "es-MX", "es-US"]
        }
    }

    /// `a, b and c`; `a、b和c`.
    func joined(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        let comma = self == .zh ? "、" : ", "
        let and =
            switch self {
            case .en: " and "
            case .zh: "和"
            case .de: " und "
            case .fr: " et "
            case .es: " y "
            }
        return words.dropLast().joined(separator: comma) + and + last
    }
}
