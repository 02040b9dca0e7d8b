import OrderedJSON

/// The days and times of day that a request names outright: `10th of March 2023`, `2023.10.2`, `5 in the afternoon`.
///
/// A small model writes the form that is asked for but now and then another day or hour than the one said. Where a request
/// names one day, a call has one parameter for a day, and the two differ, what was said counts.
struct SaidMoments {
    typealias Values = [MomentTemplate.Field: Int]

    /// Different ones, in the order of the text; a day without a year has none.
    let days: [Values]
    let times: [Values]

    init(query: String) {
        let tokens = SaidTokens(String(query.prefix(Self.maximumLength)))
        (days, times) = tokens.isRelative ? ([], []) : (tokens.days, tokens.times)
    }

    /// Characters of a request that are looked at.
    private static let maximumLength = 2_000

    /// The parameters with what was said, where one parameter of the call takes it.
    func corrected(_ parameters: JSONObject, _ schema: JSONValue) -> JSONObject {
        guard days.count == 1 || times.count == 1 else { return parameters }
        var result = parameters
        let templates = parameters.compactMap {
            name, value -> (name: String, template: MomentTemplate, values: Values)? in
            guard let template = Self.template(of: schema["properties"]?[name] ?? .null),
                let text = value.stringValue, let values = template.read(text)
            else { return nil }
            return (name, template, values)
        }
        for (said, has) in [(days, \MomentTemplate.hasDay), (times, \MomentTemplate.hasHour)] {
            let taking = templates.filter { $0.template[keyPath: has] }
            guard said.count == 1, let said = said.first, taking.count == 1, let place = taking.first,
                let text = result[place.name]?.stringValue, let values = place.template.read(text)
            else { continue }
            result[place.name] = .string(place.template.write(values.merging(said) { $1 }))
        }
        return result
    }

    /// The one form that a parameter has by its schema or its description.
    private static func template(of schema: JSONValue) -> MomentTemplate? {
        guard schema["type"]?.stringValue == "string", schema["enum"] == nil else { return nil }
        if schema["format"]?.stringValue == "date" { return .isoDate }
        guard schema["format"] == nil, schema["pattern"] == nil else { return nil }
        let found = StatedFormat.moments(in: Array(schema["description"]?.stringValue ?? ""))
        return found.count == 1 ? found.first : nil
    }
}
