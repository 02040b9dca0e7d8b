import Documents
import Functions
import OrderedCollections
import SpokenTime

/// Compares the number that was said with the one that the call has.
///
/// Under a bound the grammar cuts a number short, digit by digit: "150 percent" becomes 15, "-18 °C" becomes 18. Where a
/// request says one number, and the call has another in its place, the one that was said counts; where the schema refuses
/// that, the request is unclear, unless the schema has `x-clamp`: then the bound counts.
struct SaidNumbers: CallRule {
    static let name = "said_numbers"
    /// Digits are read in all languages; numbers in words where `SpokenNumbers` has them.
    static let languages: Set<SpokenLanguage>? = nil

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        let spoken = SpokenNumbers(context.query, context.language)
        guard context.calls == 1, spoken.all.count == 1, let said = spoken.all.first else { return .call(call) }
        let places = NumberPlace.all(in: call.parameters, context.function.parameters)
        // It has its place already, as a number or within a text.
        guard !places.contains(where: { $0.value == said.value }), !Self.isWritten(said, in: call.parameters) else {
            return .call(call)
        }
        // 三成 is thirty percent.
        let isTenths = context.language == .chinese && context.query.contains(/成(?![员人功为都语绩长立套])/)
        let wrong = places.filter { place in
            place.isBroken(said)
                || said.isCut(to: place.value) && !(isTenths && (0..<10).contains(place.value - 10 * said.value))
                || (!said.isOfTime && place.isBeyond(said.value) && !said.comes(to: place.value))
        }
        guard wrong.count == 1, let place = wrong.first else { return .call(call) }
        var call = call
        if place.isBroken(said), !place.isBeyond(said.value) {
            // Not the next whole number either, unless the schema lets a value be bent to it.
            guard place.clamps, let number = place.number(said.value.rounded()) else {
                return .refused(.requestUnclear, message: place.refusalOfParts(of: said.value))
            }
            call.parameters[place.name] = number
        } else if !place.isBeyond(said.value) {
            guard let number = place.number(said.value) else { return .call(call) }
            call.parameters[place.name] = number
        } else if place.clamps, let bound = place.bound(for: said.value).flatMap(place.number) {
            call.parameters[place.name] = bound
        } else {
            return .refused(.requestUnclear, message: place.refusal(of: said.value))
        }
        return .call(call)
    }

    private static func isWritten(_ said: SpokenNumbers.Number, in parameters: JSONObject) -> Bool {
        parameters.values.contains { value in
            switch value {
            case .string(let text): text.contains(said.digits)
            case .array, .object: value.text().contains(said.digits)
            default: false
            }
        }
    }
}

/// A parameter of a call that is a number, and what its schema says of it.
private struct NumberPlace {
    let name: String
    let value: Double
    let isInteger: Bool
    let least: Double?
    let most: Double?
    /// `x-clamp`: a value beyond the bounds means the bound.
    let clamps: Bool

    static func all(in parameters: JSONObject, _ schema: JSONValue) -> [NumberPlace] {
        parameters.compactMap { name, value in
            guard let number = value.doubleValue, let property = schema["properties"]?[name], property["enum"] == nil
            else { return nil }
            return NumberPlace(
                name: name, value: number, isInteger: property["type"] == "integer",
                least: property["minimum"]?.doubleValue ?? property["exclusiveMinimum"]?.doubleValue,
                most: property["maximum"]?.doubleValue ?? property["exclusiveMaximum"]?.doubleValue,
                clamps: property["x-clamp"] == true)
        }
    }

    func isBeyond(_ said: Double) -> Bool { bound(for: said) != nil }

    /// The bound that a number passes.
    func bound(for said: Double) -> Double? {
        if let least, said < least { return least }
        if let most, said > most { return most }
        return nil
    }

    /// Whether a part of a number was said, and the whole of it is here, which the parameter alone takes.
    func isBroken(_ said: SpokenNumbers.Number) -> Bool {
        isInteger && !said.isOfTime && said.value != said.value.rounded() && abs(said.value - value) < 1
    }

    func number(_ value: Double) -> JSONValue? {
        guard isInteger || value == value.rounded(), let whole = Int(exactly: value) else {
            return isInteger ? nil : .number(value)
        }
        return .integer(whole)
    }

    /// `level must be a whole number; 21.5 was said`
    func refusalOfParts(of said: Double) -> String { "\(name) must be a whole number; \(Self.text(said)) was said" }

    /// `level must be at most 100; 150 was said`
    func refusal(of said: Double) -> String {
        let isLow = least.map { said < $0 } ?? false
        let bound = (isLow ? least : most) ?? 0
        return "\(name) must be at \(isLow ? "least" : "most") \(Self.text(bound)); \(Self.text(said)) was said"
    }

    private static func text(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}

extension SpokenNumbers.Number {
    /// Whether another number is this one without its sign or some of its digits, or with more of them.
    fileprivate func isCut(to other: Double) -> Bool {
        guard other != value else { return false }
        // A minus is lost, but "take two off" means one that is not said.
        if other == -value { return value < 0 }
        // "Twenty and a half".
        let isAndAHalf = value == value.rounded() && abs(other) - abs(value) == 0.5
        guard !isOfTime, !isAndAHalf else { return false }
        let written = Int(exactly: abs(other)).map(String.init) ?? "\(abs(other))"
        let (mine, others) = (digits.filter(\.isNumber), written.filter(\.isNumber))
        guard others != "0", mine != "0" else { return false }
        return mine != others && (mine.hasPrefix(others) || mine.hasSuffix(others) || others.hasPrefix(mine))
    }

    /// Whether another number is this one in another unit.
    fileprivate func comes(to other: Double) -> Bool {
        let scales: [Double] = [60, 3_600, 24, 7, 1_000, 100, 10, 1.0 / 60, 1.0 / 3_600, 0.001, 0.01, 0.1]
        var converted = scales.map { value * $0 }
        converted.append((value - 32) / 1.8)  // Fahrenheit
        converted.append(value * 1.8 + 32)
        converted.append(100 - value)
        return converted.contains { abs($0 - other) < 0.51 }
    }
}
