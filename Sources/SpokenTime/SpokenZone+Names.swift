extension SpokenZone {
    private static let abbreviations: [(String, SpokenZone)] = [
        ("utc|gmt|zulu|zulu time|utc time|gmt time|greenwich time", .offset(0)),
        ("est|et|edt|eastern|eastern time|eastern standard time", .named("America/New_York")),
        ("cst|cdt|central time", .named("America/Chicago")), ("mst|mdt|mountain time", .named("America/Denver")),
        ("pst|pt|pdt|pacific|pacific time", .named("America/Los_Angeles")),
        ("cet|cest|mez|mesz", .named("Europe/Berlin")), ("bst", .named("Europe/London")),
        ("ist", .named("Asia/Kolkata")), ("jst", .named("Asia/Tokyo")), ("aest|aedt", .named("Australia/Sydney")),
    ]

    /// Places people name a clock by, in the spelling of each language.
    private static let places: [(english: String, chinese: String, zone: String)] = [
        ("tokyo", "东京", "Asia/Tokyo"), ("london", "伦敦", "Europe/London"), ("new york", "纽约", "America/New_York"),
        ("berlin", "柏林", "Europe/Berlin"), ("paris", "巴黎", "Europe/Paris"), ("madrid", "马德里", "Europe/Madrid"),
        ("rome", "罗马", "Europe/Rome"), ("beijing", "北京", "Asia/Shanghai"), ("shanghai", "上海", "Asia/Shanghai"),
        ("hong kong", "香港", "Asia/Hong_Kong"), ("singapore", "新加坡", "Asia/Singapore"), ("seoul", "首尔", "Asia/Seoul"),
        ("sydney", "悉尼", "Australia/Sydney"), ("los angeles", "洛杉矶", "America/Los_Angeles"),
        ("chicago", "芝加哥", "America/Chicago"), ("dubai", "迪拜", "Asia/Dubai"), ("moscow", "莫斯科", "Europe/Moscow"),
        ("delhi", "新德里", "Asia/Kolkata"), ("mumbai", "孟买", "Asia/Kolkata"), ("toronto", "多伦多", "America/Toronto"),
        ("san francisco", "旧金山", "America/Los_Angeles"), ("denver", "丹佛", "America/Denver"),
        ("sao paulo", "圣保罗", "America/Sao_Paulo"), ("mexico city", "墨西哥城", "America/Mexico_City"),
        ("istanbul", "伊斯坦布尔", "Europe/Istanbul"), ("cairo", "开罗", "Africa/Cairo"), ("zurich", "苏黎世", "Europe/Zurich"),
        ("vienna", "维也纳", "Europe/Vienna"), ("lisbon", "里斯本", "Europe/Lisbon"), ("bangkok", "曼谷", "Asia/Bangkok"),
    ]

    static let english: [(String, SlotValue)] =
        (abbreviations + places.map { ("\($0.english) time", .named($0.zone)) }).map { ($0, .zone($1)) }

    static let german: [(String, SlotValue)] =
        (abbreviations.filter { $0.0 != "ist" }
        + places.map { ("\($0.english)er zeit|zeit in \($0.english)|\($0.english) zeit", .named($0.zone)) })
        .map { ($0, .zone($1)) }

    static let french: [(String, SlotValue)] =
        (abbreviations.filter { $0.0.hasPrefix("utc") || $0.0.hasPrefix("cet") }
        + places.map { ("heure de \($0.english)|a l'heure de \($0.english)", .named($0.zone)) })
        .map { ($0, .zone($1)) }

    static let spanish: [(String, SlotValue)] =
        (abbreviations + places.map { ("hora de \($0.english)", .named($0.zone)) }).map { ($0, .zone($1)) }

    static let chinese: [(String, SlotValue)] = places.map { ("\($0.chinese)时间", .zone(.named($0.zone))) }
}
