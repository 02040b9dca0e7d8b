extension Lexicon {
    static let english: Lexicon = {
        var lexicon = Lexicon(.english)
        lexicon.addEnglishNumbers()
        lexicon.addEnglishNames()
        lexicon.addEnglishLengths()
        lexicon.addEnglishDays()
        lexicon.addEnglishClocks()
        lexicon.use(.english)
        lexicon.knows(
            "the a an i me my you your it is are was to at on in of for and please can could will would what when set "
                + "alarm wake remind reminder timer book play turn off don't do not have this that with be by from how there"
        )
        return lexicon
    }()

    private mutating func addEnglishNumbers() {
        let small = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        let ordinals = [
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
            "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
            "twentieth",
        ]
        for (value, word) in small.enumerated() { number(value, word) }
        for (place, ten) in tens.enumerated() {
            number(20 + place * 10, ten)
            for unit in 1...9 { number(20 + place * 10 + unit, "\(ten) \(small[unit])") }
        }
        for (place, word) in ordinals.enumerated() { ordinal(place + 1, word) }
        ordinal(30, "thirtieth")
        for unit in 1...9 { ordinal(20 + unit, "twenty \(ordinals[unit - 1])") }
        ordinal(31, "thirty first")
        numbers.hundreds = ["hundred"]
        numbers.thousands = ["thousand"]
        numbers.joiner = "and"
        numbers.suffixes = ["st", "nd", "rd", "th"]
    }

    private mutating func addEnglishNames() {
        let months = [
            "january|jan|jan.", "february|feb|feb.", "march|mar|mar.", "april|apr|apr.", "may", "june|jun|jun.",
            "july|jul|jul.", "august|aug|aug.", "september|sep|sept|sep.|sept.", "october|oct|oct.",
            "november|nov|nov.", "december|dec|dec.",
        ]
        name(.month, months.enumerated().map { ($1, .month($0 + 1)) })
        let weekdays = [
            "sunday|sun", "monday|mon", "tuesday|tue|tues", "wednesday|wed", "thursday|thu|thurs", "friday|fri",
            "saturday|sat",
        ]
        name(.weekday, weekdays.enumerated().map { ($1, .weekday($0)) })
        name(
            .unit,
            [
                ("second|seconds|sec|secs|s", .unit(.second)), ("minute|minutes|min|mins", .unit(.minute)),
                ("hour|hours|hr|hrs|h", .unit(.hour)), ("day|days", .unit(.day)), ("week|weeks|wk|wks", .unit(.week)),
                ("month|months|mos", .unit(.month)), ("year|years|yr|yrs", .unit(.year)),
            ])
        name(
            .part,
            [
                ("morning|in the morning|in the early morning|early morning|at dawn", .part(.morning)),
                ("afternoon|in the afternoon|late afternoon", .part(.afternoon)),
                ("evening|in the evening|at the evening", .part(.evening)),
                ("night|at night|in the night", .part(.night)),
            ])
        name(.half, [("am|in the am", .half(0)), ("pm|in the pm", .half(12))])
        name(
            .week,
            [
                ("next", .week(.ahead(1))), ("this", .week(.coming)),
                ("coming|this coming|upcoming|the coming", .week(.coming)),
                ("last|past|previous|this past", .week(.last)),
            ])
        name(
            .holiday,
            [
                ("christmas eve|xmas eve", .holiday(.fixed(month: 12, day: 24))),
                ("christmas|christmas day|xmas|xmas day", .holiday(.fixed(month: 12, day: 25))),
                ("boxing day", .holiday(.fixed(month: 12, day: 26))),
                ("new year's eve|new years eve|nye", .holiday(.fixed(month: 12, day: 31))),
                ("new year's day|new years day|new year's", .holiday(.fixed(month: 1, day: 1))),
                ("halloween", .holiday(.fixed(month: 10, day: 31))),
                ("valentine's day|valentines day|valentine's", .holiday(.fixed(month: 2, day: 14))),
                ("independence day", .holiday(.fixed(month: 7, day: 4))),
                ("st patrick's day|saint patrick's day|st. patrick's day", .holiday(.fixed(month: 3, day: 17))),
                ("easter sunday|easter", .holiday(.easter(0))), ("good friday", .holiday(.easter(-2))),
                ("easter monday", .holiday(.easter(1))), ("thanksgiving|thanksgiving day", .holiday(.thanksgiving(0))),
                ("black friday", .holiday(.thanksgiving(1))), ("cyber monday", .holiday(.thanksgiving(4))),
            ])
        name(.zone, SpokenZone.english)
    }

    private mutating func addEnglishLengths() {
        add(
            .quantity,
            [
                ("a|an|one", .quantity(1)), ("a|one half", .quantity(0.5)), ("half a|an", .quantity(0.5)),
                ("a half a|an?", .quantity(0.5)), ("a? quarter of an|a", .quantity(0.25)),
                ("a? quarter", .quantity(0.25)),
                ("3|three quarters of an|a", .quantity(0.75)), ("a? couple of?", .quantity(2)),
                ("{n} and a half", .number(plus: 0.5)), ("a|one and a half", .quantity(1.5)),
                ("{n} and a|one? quarter", .number(plus: 0.25)),
                ("{n} and 3|three quarter|quarters", .number(plus: 0.75)), ("half", .quantity(0.5)),
                ("{n} and one half", .number(plus: 0.5)), ("{n} point five", .number(plus: 0.5)),
            ])
        add(
            .length,
            [
                ("{q} {unit}", .length(plus: 0)), ("{q} more|extra|additional|further|full {unit}", .length(plus: 0)),
                ("a|an|one {unit} and a half", .length(plus: 0.5)),
                ("{n} {unit} and a half", .length(plus: 0.5)), ("{n} {unit} and a quarter", .length(plus: 0.25)),
                ("a|an|one {unit} and a quarter", .length(plus: 0.25)),
                ("a|an|one {unit} and three quarters", .length(plus: 0.75)),
                ("{n} {unit} and three quarters", .length(plus: 0.75)), ("{n} {unit} {n}", .lengthRest(nil)),
                ("{n} h {n} m", .lengthRest(.hour)), ("{n} m {n} s", .lengthRest(.minute)),
                ("{n} {unit} and {n}", .lengthRest(nil)), ("{digital} hours|hour|hrs|hr|h", .digitalLength(.hour)),
                ("{digital} minutes|minute|mins|min", .digitalLength(.minute)),
                ("a|one? fortnight", .fixedLength(TimeLength(days: 14))),
                ("2|two fortnights", .fixedLength(TimeLength(days: 28))),
                ("half a? dozen minutes", .fixedLength(TimeLength(seconds: 360))),
            ])
        for (place, word) in ["three", "four", "five", "six", "seven", "eight"].enumerated() {
            add(.length, [("\(place + 3)|\(word) fortnights", .fixedLength(TimeLength(days: 14 * (place + 3))))])
        }
    }

    private mutating func addEnglishDays() {
        add(
            .day,
            [
                ("today", .days(0, nil)), ("tonight", .days(0, .night)), ("tomorrow|tmrw|tmr", .days(1, nil)),
                ("yesterday", .days(-1, nil)), ("last_night", .days(-1, .night)), ("day after tomorrow", .days(2, nil)),
                ("overmorrow", .days(2, nil)), ("day before yesterday", .days(-2, nil)),
                ("this {part}", .day(.offset(0))),
                ("later today", .days(0, nil)), ("in|within {len}", .ahead),
                ("in about|around|roughly|exactly|another|under {len}", .ahead), ("{len} from now|today", .ahead),
                ("{len} from|after|past {day}", .after), ("{len} before {day}", .before), ("{len} ago today?", .ago),
                ("in {len} ago", .ago),
                ("{len} hence", .ahead),
                ("day after {day}", .shifted(days: 1)), ("day before {day}", .shifted(days: -1)),
                ("a|one? week on|from|after {weekday}", .shifted(days: 7)), ("{weekday} week", .shifted(days: 7)),
                ("two weeks on|from|after {weekday}", .shifted(days: 14)),
                ("{weekday} before {day}", .weekdayBeside(-1)), ("{weekday} after {day}", .weekdayBeside(1)),
                ("{ord} {weekday} of|in {month}", .nthWeekday(last: false)),
                ("last {weekday} of|in {month}", .nthWeekday(last: true)),
                ("{ord} {weekday} of|in the|this month", .nthWeekday(last: false)),
                ("last {weekday} of|in the|this month", .nthWeekday(last: true)),
                ("{weekday} of this week", .weekday(.ahead(0))), ("week after next on? {weekday}", .weekday(.ahead(2))),
                ("{weekday} the? week after next", .weekday(.ahead(2))),
                ("weekend after next", .day(.weekday(6, .ahead(2)))),
                ("{weekday} after next", .weekday(.ahead(2))), ("a week from next {weekday}", .weekday(.ahead(2))),
                ("{weekday}", .weekday(nil)), ("{week} {weekday}", .weekday(nil)),
                ("{weekday} next week", .weekday(.ahead(1))),
                ("next week's {weekday}", .weekday(.ahead(1))), ("this week's {weekday}", .weekday(.ahead(0))),
                ("last week's {weekday}", .weekday(.ahead(-1))),
                ("{weekday} of next week", .weekday(.ahead(1))), ("next week on? {weekday}", .weekday(.ahead(1))),
                ("{weekday} this week", .weekday(.ahead(0))), ("{weekday} last week", .weekday(.ahead(-1))),
                ("weekend", .day(.weekday(6, .coming))), ("this coming? weekend", .day(.weekday(6, .coming))),
                ("coming|upcoming weekend", .day(.weekday(6, .coming))),
                ("next weekend", .day(.weekday(6, .ahead(1)))), ("last weekend", .day(.weekday(6, .ahead(-1)))),
                ("{month} the? {d} of? {y}", .calendar), ("{month} the? {d} , {y}", .calendar),
                ("{month} the? {d}", .calendar), ("{d} of? {month} of? {y}", .calendar),
                ("{d} of? {month} , {y}", .calendar),
                ("{d} of? {month}", .calendar), ("{d} /? {month} -|/ {y}", .calendar),
                ("{ord} day of {month} {y}", .calendar), ("{ord} day of {month}", .calendar),
                ("{d} . {month}", .calendar), ("{d} . {month} {y}", .calendar),
                ("{date}", .numericDate),
                ("{y} {month} {d}", .calendar),
                ("{ord} of the|this month", .dayOfMonth(months: 0)), ("{ord} of next month", .dayOfMonth(months: 1)),
                ("{ord} of the month after next", .dayOfMonth(months: 2)),
                ("end of the|this month", .day(.monthEnd(0))), ("last_day of the|this month", .day(.monthEnd(0))),
                ("end of next month", .day(.monthEnd(1))), ("last_day of next month", .day(.monthEnd(1))),
                ("start|beginning of next month", .dayOfMonth(months: 1)), ("end of the|this? year", .day(.yearEnd(0))),
                ("end of next year", .day(.yearEnd(1))), ("end of {month}", .endOfMonth),
                ("last_day of {month}", .endOfMonth),
                ("{holiday} {y}", .holiday), ("{holiday}", .holiday),
            ])
    }

    private mutating func addEnglishClocks() {
        add(
            .clock,
            [
                ("12|twelve? noon|midday", .named(hour: 12, minute: 0)),
                ("12|twelve? midnight", .named(hour: 0, minute: 0)),
                ("half past {h}", .past(30)), ("half {h}", .past(30)),
                ("half past noon|midday", .named(hour: 12, minute: 30)),
                ("half past midnight", .named(hour: 0, minute: 30)),
                ("a? quarter past|after noon|midday", .named(hour: 12, minute: 15)),
                ("a? quarter past|after midnight", .named(hour: 0, minute: 15)),
                ("a? quarter to|till|before noon|midday", .named(hour: 11, minute: 45)),
                ("a? quarter to|till|before midnight", .named(hour: 23, minute: 45)),
                ("a? quarter past|after {h}", .past(15)), ("a? quarter to|till|before|of {h}", .to(15)),
                ("{m} minutes|minute|mins? past|after {h}", .past(nil)),
                ("{m} minutes|minute|mins? to|till|before {h}", .to(nil)),
                ("{m} minutes|minute? to|before midnight", .toNamed(hour: 24)),
                ("{m} minutes|minute? to|before noon", .toNamed(hour: 12)),
                ("this time", .thisTime), ("{len} before {clock}", .beside(-1)),
                ("{len} after|past {clock}", .beside(1)),
                ("{digital}", .digital), ("{digital} o'clock|hours|hrs", .digital), ("{digital} o_\"_clock", .digital),
                ("{h} h", .hour), ("{h} h {m}", .hour), ("{h} o'clock|oclock", .hour), ("{h} o_\"_clock", .hour),
                ("{h} {half}", .hour), ("{h} {m} {half}", .hour),
                ("{h} in_the|at {part}", .hour), ("{h} oh|o {m} {half}", .hour), ("{h} {zone}", .hour),
            ])
    }
}

extension ContextWords {
    static let english: ContextWords = {
        var words = ContextWords()
        words.hourLeads = ["at", "by", "until", "till", "before", "after", "around", "about", "from", "since", "@"]
        words.weakHourLeads = ["for", "to"]
        words.followers = [
            "tomorrow", "today", "tonight", "on", "in", "every", "please", "and", "for", "to", "with", "by", "this",
            "next", "sharp", "then", "or", "until", "till", "at", "that", "so", "because", "if", "the", "my", "me", "a",
            "an", "from", "not", "instead", "but", "when", "i", "we", "you", "it", "is", "each", "exactly", "local",
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekdays", "weekends",
            "no", "thanks", "as", "which", "while", "before", "after", "called", "named", "about", "via", "into",
            "of", "under", "over", "just", "now", "ago", "later", "also", "will", "would", "can", "too", "off", "up",
            "only", "what", "who", "how", "where", "did",
        ]
        words.counting = [
            "number", "numbers", "count", "rate", "rating", "scale", "guess", "rank", "score", "grade", "temperature",
        ]
        words.nouns = [
            "percent", "percentage", "degrees", "degree", "times", "euros", "euro", "dollars", "dollar", "bucks",
            "pounds",
            "km", "kilometers", "kilometres", "miles", "mile", "meters", "metres", "feet", "people", "persons",
            "guests",
            "lamps", "lights", "tickets", "volume", "celsius", "fahrenheit", "kg", "grams", "%", "$", "€", "£",
        ]
        words.numbered = [
            "page", "pages", "chapter", "channel", "room", "version", "bus", "flight", "gate", "line", "number",
            "episode",
            "season", "apartment", "track", "step", "level", "volume", "part", "section", "seat", "row", "verse",
            "psalm", "john", "luke", "matthew", "genesis", "score", "ratio", "aspect", "scale", "model", "port",
            "route",
            "highway", "exit", "platform", "building", "floor", "unit", "suite", "no", "nr", "question", "release",
            "python",
            "ios", "android", "build", "chapters", "size", "ext", "extension", "preset", "scene", "zone", "figure",
            "table",
        ]
        words.rangeLeads = ["from", "between"]
        words.rangeJoins = ["to", "and", "until", "till", "through", "-", "–", "—", "thru"]
        words.lengthJoins = ["and"]
        words.denialsBehind = [
            ["doesn't", "work"], ["does", "not", "work"], ["won't", "work"], ["is", "no", "good"], ["isn't", "good"],
            ["is", "not", "good"], ["is", "out"],
        ]
        words.denials = [
            ["not"], ["except"], ["except", "for"], ["instead", "of"], ["rather", "than"], ["other", "than"],
            ["excluding"], ["but", "not"],
        ]
        words.nextDays = [["day", "after"], ["following", "day"], ["next", "day"]]
        words.daysBefore = [["day", "before"]]
        words.denialGaps = ["on", "at", "for", "the", "in", "until"]
        words.corrections = [
            ["no"], ["sorry"], ["i", "mean"], ["i", "meant"], ["actually"], ["make", "that"], ["make", "it"],
            ["or", "rather"],
            ["wait"], ["scratch", "that"], ["no", "wait"], ["oh", "no"],
        ]
        words.asides = [
            "born", "birthday", "birthdate", "birth", "married", "founded", "released", "died", "bought", "purchased",
            "dated",
            "graduated", "written", "built", "published", "invented", "recorded",
        ]
        words.remarks = ["because", "since", "although", "though"]
        words.subjects = ["i", "we", "he", "she", "they", "it", "that", "which", "who", "there"]
        words.pastVerbs = [
            "was", "were", "had", "did", "got", "went", "came", "saw", "met", "left", "made", "said", "started",
            "ended", "arrived", "happened", "'ve",
        ]
        words.titleVerbs = ["play", "watch", "sing", "stream", "listen", "read", "hum", "queue"]
        words.appointing = [
            "wake", "alarm", "alarms", "remind", "reminder", "meeting", "appointment", "event", "move", "push",
            "reschedule", "schedule", "call", "book", "table",
        ]
        words.waking = [["wake"], ["alarm"], ["woken"], ["get", "me", "up"]]
        words.meals = ["breakfast": .morning, "brunch": .noon, "lunch": .noon, "dinner": .evening, "supper": .evening]
        words.recurring = ["every", "each"]
        words.recurrences = [
            "weekdays", "weekends", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays",
            "daily", "weekly",
        ]
        words.sinces = ["since"]
        words.moves = [
            "move", "moved", "moving", "rescheduled", "changed", "pushed", "postponed", "reschedule", "push", "change",
            "shift", "postpone", "delay", "switch",
        ]
        return words
    }()
}
