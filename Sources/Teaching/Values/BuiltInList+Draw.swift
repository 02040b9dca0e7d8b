import Digests
import Documents

extension BuiltInList {
    /// A member; nil for `some`, whose members are another list's.
    package func draw(_ language: TemplateLanguage, using random: inout SplitMix64) -> ValueEntry? {
        switch self {
        case .number(let range): return Self.number(range, language, &random)
        case .duration:
            let seconds = Self.roundLength(of: Bool.random(using: &random) ? .minutes : .seconds, &random)
            let value: JSONValue = [
                "hours": .integer(seconds / 3600), "minutes": .integer(seconds / 60 % 60),
                "seconds": .integer(seconds % 60),
            ]
            return SpokenLength.phrases(seconds, language).randomElement(using: &random).map {
                ValueEntry(say: $0, value: value)
            }
        case .span(let unit, let range):
            let count = Self.round(in: range, &random)
            return SpokenLength.phrases(count * unit.seconds, language).randomElement(using: &random).map {
                ValueEntry(say: $0, value: .integer(count))
            }
        case .digits(let counts):
            let count = Int.random(in: counts, using: &random)
            return ValueEntry(say: Self.digits(count, &random))
        case .weekdays: return SpokenWeekdays.draw(language, using: &random)
        case .phone: return Self.phone(&random)
        case .some: return nil
        }
    }

    /// Of many numbers people say round ones more often: half of the draws.
    private static func number(
        _ range: NumberRange, _ language: TemplateLanguage, _ random: inout SplitMix64
    ) -> ValueEntry {
        var place = Int.random(in: 0..<range.count, using: &random)
        if range.count > 20, Bool.random(using: &random) {
            let number = range.low + place * range.step
            let rounded = number - number % (5 * range.step)
            if rounded >= range.low, (rounded - range.low) % range.step == 0 {
                place = (rounded - range.low) / range.step
            }
        }
        return range.entry(at: place, language)
    }

    /// A timer's length in seconds: of minutes and hours, or of minutes and seconds.
    private static func roundLength(of unit: LengthUnit, _ random: inout SplitMix64) -> Int {
        switch unit {
        case .minutes: round(in: 1...240, &random) * 60
        case .seconds: Bool.random(using: &random) ? round(in: 5...90, &random) : round(in: 2...20, &random) * 30
        }
    }

    /// Half of the draws small, a third multiples of five, the others any.
    private static func round(in range: ClosedRange<Int>, _ random: inout SplitMix64) -> Int {
        let number = Int.random(in: range, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0..<2: return min(range.upperBound, range.lowerBound + number % 12)
        case 2..<5:
            let size = range.upperBound > 300 ? 15 : 5, rounded = number - number % size
            return range.contains(rounded) ? rounded : number
        default: return number
        }
    }

    private static func digits(_ count: Int, _ random: inout SplitMix64) -> String {
        (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    }

    /// In one piece, in groups, or with the code of a country; the value is the digits.
    private static func phone(_ random: inout SplitMix64) -> ValueEntry {
        let groups: [String]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: groups = ["0" + digits(3, &random), digits(7, &random)]
        case 1: groups = [digits(3, &random), digits(4, &random)]
        case 2:
            groups = [
                "+" + (["1", "44", "49", "33", "34", "86"].randomElement(using: &random) ?? "1"), digits(9, &random),
            ]
        default: groups = ["1" + digits(2, &random), digits(4, &random), digits(4, &random)]
        }
        let between = ["", "", " ", "-"].randomElement(using: &random) ?? ""
        return ValueEntry(say: groups.joined(separator: between), value: .string(groups.joined()))
    }
}
