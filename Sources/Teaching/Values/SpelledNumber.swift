/// Numbers from 1 to 99 in words, as people say them before a unit.
enum SpelledNumber {
    /// nil outside 1...99.
    static func words(_ number: Int, _ language: TemplateLanguage) -> String? {
        guard (1...99).contains(number) else { return nil }
        switch language {
        case .en: return english(number)
        case .zh: return chinese(number)
        case .de: return german(number)
        case .fr: return french(number)
        case .es: return spanish(number)
        }
    }

    private static func english(_ number: Int) -> String {
        if number < 20 { return small(number, englishSmall) }
        let tens = englishTens[number / 10 - 2]
        return number % 10 == 0 ? tens : "\(tens)-\(small(number % 10, englishSmall))"
    }

    private static func chinese(_ number: Int) -> String {
        let ones = number % 10 == 0 ? "" : small(number % 10, chineseDigits)
        switch number {
        case ..<10: return ones
        case ..<20: return "十\(ones)"
        default: return "\(small(number / 10, chineseDigits))十\(ones)"
        }
    }

    private static func german(_ number: Int) -> String {
        if number < 20 { return small(number, germanSmall) }
        let tens = germanTens[number / 10 - 2]
        return number % 10 == 0 ? tens : "\(number % 10 == 1 ? "ein" : small(number % 10, germanSmall))und\(tens)"
    }

    private static func french(_ number: Int) -> String {
        switch number {
        case ..<20: return small(number, frenchSmall)
        case 80: return "quatre-vingts"
        case 71: return "soixante et onze"
        case 70...79: return "soixante-\(small(number - 60, frenchSmall))"
        case 81...99: return "quatre-vingt-\(small(number - 80, frenchSmall))"
        default:
            let tens = frenchTens[number / 10 - 2]
            switch number % 10 {
            case 0: return tens
            case 1: return "\(tens) et un"
            default: return "\(tens)-\(small(number % 10, frenchSmall))"
            }
        }
    }

    private static func spanish(_ number: Int) -> String {
        if number < 30 { return small(number, spanishSmall) }
        let tens = spanishTens[number / 10 - 3]
        return number % 10 == 0 ? tens : "\(tens) y \(small(number % 10, spanishSmall))"
    }

    /// The name of `number` in a list that begins with one.
    private static func small(_ number: Int, _ names: [String]) -> String { names[number - 1] }

    private static func list(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static let englishSmall = list(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    )
    private static let englishTens = list("twenty thirty forty fifty sixty seventy eighty ninety")
    private static let chineseDigits = list("一 二 三 四 五 六 七 八 九")
    private static let germanSmall = list(
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
    )
    private static let germanTens = list("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
    private static let frenchSmall = list(
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
    )
    private static let frenchTens = list("vingt trente quarante cinquante soixante")
    private static let spanishSmall = list(
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
    )
    private static let spanishTens = list("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
}
