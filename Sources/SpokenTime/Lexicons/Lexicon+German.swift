extension Lexicon {
    static let german: Lexicon = {
        var lexicon = Lexicon(.german)
        lexicon.addGermanNumbers()
        lexicon.addGermanNames()
        lexicon.addGermanLengths()
        lexicon.addGermanDays()
        lexicon.addGermanClocks()
        lexicon.use(.german)
        lexicon.knows(
            "der die das den dem ein eine einen ich mir mich mein meine du bitte kannst fur und ist zu um am im auf mit von bis "
                + "wecke weck stelle stell erinnere erinner wecker buche spiele schalte mach nicht sondern wie wird uhr nach vor "
                + "habe hast haben wer wann viel gab wurde sind hatte seit er sie es"
        )
        return lexicon
    }()

    private mutating func addGermanNumbers() {
        let small = [
            "null", "eins|ein|eine|einer|einem|einen", "zwei|zwo", "drei", "vier", "funf|fuenf", "sechs", "sieben",
            "acht", "neun",
            "zehn", "elf", "zwolf|zwoelf", "dreizehn", "vierzehn", "funfzehn|fuenfzehn", "sechzehn", "siebzehn",
            "achtzehn",
            "neunzehn",
        ]
        let tens = ["zwanzig", "dreissig", "vierzig", "funfzig|fuenfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
        let units = ["ein", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun"]
        for (value, words) in small.enumerated() { number(value, words) }
        for (place, ten) in tens.enumerated() {
            number(20 + place * 10, ten)
            for (unit, word) in units.enumerated() {
                for ten in ten.split(separator: "|") { number(20 + place * 10 + unit + 1, "\(word)und\(ten)") }
            }
        }
        let ordinals = [
            "erst", "zweit", "dritt", "viert", "funft", "sechst", "siebt", "acht", "neunt", "zehnt", "elft", "zwolft",
            "dreizehnt", "vierzehnt", "funfzehnt", "sechzehnt", "siebzehnt", "achtzehnt", "neunzehnt", "zwanzigst",
        ]
        let later = units.map { "\($0)undzwanzigst" } + ["dreissigst", "einunddreissigst"]
        for (place, stem) in (ordinals + later).enumerated() { ordinal(place + 1, "\(stem)en|\(stem)er|\(stem)e") }
        numbers.hundreds = ["hundert", "einhundert"]
        numbers.thousands = ["tausend", "eintausend"]
        for (place, unit) in units.enumerated().dropFirst() {
            number(100 * (place + 1), "\(unit)hundert")
            number(1000 * (place + 1), "\(unit)tausend")
        }
        // hundertfünfzig: in one word what others say in several.
        let hundreds =
            ["hundert", "einhundert"].map { ($0, 100) }
            + units.enumerated().dropFirst().map { ("\($1)hundert", 100 * ($0 + 1)) }
        let below = numbers.phrases.values.joined().filter { $0.words.count == 1 && (1..<100).contains($0.value) }
        for (prefix, hundred) in hundreds {
            for rest in below { number(hundred + rest.value, prefix + (rest.words.first ?? "")) }
        }
        numbers.joiner = "und"
        numbers.suffixes = ["ten", "te", "."]
        numbers.pointGroups = true
    }

    private mutating func addGermanNames() {
        let months = [
            "januar|janner|jan", "februar|feb|feber", "marz|maerz", "april|apr", "mai", "juni|jun", "juli|jul",
            "august|aug",
            "september|sep|sept", "oktober|okt", "november|nov", "dezember|dez",
        ]
        name(.month, months.enumerated().map { ($1, .month($0 + 1)) })
        let weekdays = ["sonntag", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag|sonnabend"]
        name(.weekday, weekdays.enumerated().map { ($1, .weekday($0)) })
        // `Freitagabend` is one word.
        let parts: [(String, DayPart)] = [
            ("morgen", .morning), ("vormittag", .morning), ("nachmittag", .afternoon), ("abend", .evening),
            ("nacht", .night),
        ]
        for (place, names) in weekdays.enumerated() {
            for name in names.split(separator: "|") {
                for (part, value) in parts { add(.day, [("\(name)\(part)", .weekdayIn(place, value))]) }
            }
        }
        name(
            .unit,
            [
                ("sekunde|sekunden|sek|s", .unit(.second)), ("minute|minuten|min", .unit(.minute)),
                ("stunde|stunden|std|h", .unit(.hour)), ("tag|tage|tagen", .unit(.day)), ("woche|wochen", .unit(.week)),
                ("monat|monate|monaten", .unit(.month)), ("jahr|jahre|jahren", .unit(.year)),
            ])
        name(
            .part,
            [
                (
                    "fruh|morgens|am morgen|in der fruh|vormittag|vormittags|am vormittag|fruhmorgens|frueh",
                    .part(.morning)
                ),
                ("mittag|mittags|am mittag", .part(.noon)), ("nachmittag|nachmittags|am nachmittag", .part(.afternoon)),
                ("abend|abends|am abend", .part(.evening)), ("nacht|nachts|in der nacht", .part(.night)),
            ])
        name(
            .week,
            [
                ("nachsten|nachster|nachste|naechsten", .week(.ahead(1))),
                ("diesen|dieser|diese|dieses|kommenden|kommender|kommende", .week(.coming)),
                ("letzten|letzter|vergangenen|vorigen", .week(.last)),
            ])
        name(
            .holiday,
            [
                ("heiligabend|heilig abend|weihnachtsabend", .holiday(.fixed(month: 12, day: 24))),
                ("weihnachten|erster weihnachtstag", .holiday(.fixed(month: 12, day: 25))),
                ("silvester", .holiday(.fixed(month: 12, day: 31))),
                ("neujahr|neujahrstag", .holiday(.fixed(month: 1, day: 1))),
                ("valentinstag", .holiday(.fixed(month: 2, day: 14))),
                ("nikolaus|nikolaustag", .holiday(.fixed(month: 12, day: 6))),
                ("tag der deutschen einheit", .holiday(.fixed(month: 10, day: 3))),
                ("halloween", .holiday(.fixed(month: 10, day: 31))),
                ("ostern|ostersonntag", .holiday(.easter(0))), ("karfreitag", .holiday(.easter(-2))),
                ("ostermontag", .holiday(.easter(1))), ("pfingsten|pfingstsonntag", .holiday(.easter(49))),
                ("christi himmelfahrt", .holiday(.easter(39))),
            ])
        name(.zone, SpokenZone.german)
    }

    private mutating func addGermanLengths() {
        add(
            .quantity,
            [
                ("ein|eine|einer|einem|einen", .quantity(1)), ("eine|einer|einen? halbe|halben|halbes", .quantity(0.5)),
                ("anderthalb|eineinhalb|einundeinhalb", .quantity(1.5)), ("{n} einhalb", .number(plus: 0.5)),
            ])
        let whole = [
            "zwei", "drei", "vier", "funf|fuenf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwolf|zwoelf",
        ]
        for (place, words) in whole.enumerated() {
            let halves = words.split(separator: "|").flatMap { ["\($0)einhalb", "\($0)undeinhalb"] }
            add(.quantity, [(halves.joined(separator: "|"), .quantity(Double(place) + 2.5))])
        }
        add(
            .length,
            [
                ("{q} {unit}", .length(plus: 0)), ("{n} {unit} {n}", .lengthRest(nil)),
                ("{digital} stunden|stunde|std|h", .digitalLength(.hour)),
                ("{digital} minuten|min", .digitalLength(.minute)),
                ("eine|einer? viertelstunde", .fixedLength(TimeLength(seconds: 900))),
                ("eine|einer? halbstunde", .fixedLength(TimeLength(seconds: 1800))),
                ("eine|einer? dreiviertelstunde", .fixedLength(TimeLength(seconds: 2700))),
                ("vierzehn tage|tagen", .fixedLength(TimeLength(days: 14))),
            ])
    }

    private mutating func addGermanDays() {
        add(
            .day,
            [
                ("heute", .days(0, nil)), ("heut", .days(0, nil)), ("heute morgen", .days(0, .morning)),
                ("heute fruh", .days(0, .morning)),
                ("morgen", .days(1, nil)), ("morgen fruh", .days(1, .morning)),
                ("ubermorgen|uebermorgen", .days(2, nil)),
                ("gestern", .days(-1, nil)), ("vorgestern", .days(-2, nil)), ("in {len}", .ahead), ("vor {len}", .ago),
                ("{len} nach {day}", .after), ("{len} vor {day}", .before), ("heute in {len}", .ahead),
                ("{week} {weekday}", .weekday(nil)), ("{weekday}", .weekday(nil)),
                ("{weekday} in einer woche", .shifted(days: 7)),
                ("{weekday} nachster woche", .weekday(.ahead(1))), ("nachste woche {weekday}", .weekday(.ahead(1))),
                ("{weekday} dieser woche", .weekday(.ahead(0))),
                ("wochenende", .day(.weekday(6, .coming))),
                ("dieses|kommende|kommendes|kommenden wochenende", .day(.weekday(6, .coming))),
                ("nachstes|nachsten wochenende", .day(.weekday(6, .ahead(1)))),
                ("{d} .? {month} {y}", .calendar), ("{d} .? {month}", .calendar), ("{date}", .numericDate),
                ("ende des|dieses monats", .day(.monthEnd(0))), ("monatsende", .day(.monthEnd(0))),
                ("ende nachsten monats", .day(.monthEnd(1))),
                ("jahresende", .day(.yearEnd(0))), ("ende des jahres", .day(.yearEnd(0))), ("{holiday} {y}", .holiday),
                ("{holiday}", .holiday),
            ])
    }

    private mutating func addGermanClocks() {
        add(
            .clock,
            [
                ("um_diese_zeit|um_diese_uhrzeit", .thisTime),
                ("{h} uhr", .hour), ("{h} uhr {m}", .hour), ("{h} uhr und? {m} minuten", .hour),
                ("{digital} uhr", .digital), ("{digital}", .digital),
                ("halb {h}", .to(30)), ("viertel nach {h}", .past(15)), ("viertel vor {h}", .to(15)),
                ("dreiviertel {h}", .to(15)),
                ("viertel {h}", .to(45)), ("{m} minuten? nach {h}", .past(nil)), ("{m} minuten? vor {h}", .to(nil)),
                ("{m} minuten? vor halb {h}", .aroundHalf(-1)), ("{m} minuten? nach halb {h}", .aroundHalf(1)),
                ("mitternacht", .named(hour: 0, minute: 0)), ("mittag|mittags", .named(hour: 12, minute: 0)),
            ])
    }
}

extension ContextWords {
    static let german: ContextWords = {
        var words = ContextWords()
        words.hourLeads = ["um", "gegen", "ab"]
        words.followers = [
            "morgen", "heute", "uhr", "am", "im", "in", "und", "oder", "bitte", "mit", "fur", "fuer", "nach", "vor",
            "bis", "an", "zu", "auf",
            "ubermorgen", "den", "die", "der", "das", "dem", "ein", "eine", "einen", "mich", "wecken", "weck", "ich",
            "wir", "sondern", "nicht",
            "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "abends", "morgens",
            "jeden", "statt", "klingeln", "aus", "ein", "ab", "los",
        ]
        words.counting = ["zahl", "zahle", "bewerte", "skala", "note", "temperatur"]
        words.nouns = ["prozent", "grad", "euro", "kilometer", "meter", "personen", "leute", "mal", "lampen", "%", "€"]
        words.numbered = [
            "seite", "kapitel", "kanal", "zimmer", "version", "bus", "linie", "flug", "gleis", "gate", "folge",
            "staffel", "nummer", "nr", "raum", "platz", "stock", "hausnummer", "programm", "sender",
        ]
        words.rangeLeads = ["von", "zwischen"]
        words.rangeJoins = ["bis", "und", "-", "–", "—"]
        words.lengthJoins = ["und"]
        words.denialsBehind = [["nicht"], ["geht", "nicht"], ["passt", "nicht"], ["geht", "es", "nicht"]]
        words.denials = [["nicht"], ["ausser"], ["statt"], ["anstatt"]]
        words.nextDays = [["tag", "danach"], ["tag", "darauf"], ["tags", "darauf"], ["nachsten", "tag"]]
        words.daysBefore = [["tag", "davor"], ["tag", "vorher"]]
        words.denialGaps = ["am", "um", "im", "in", "den", "der", "erst"]
        words.corrections = [
            ["nein"], ["ach", "nein"], ["ich", "meine"], ["sorry"], ["besser"], ["doch", "lieber"], ["quatsch"],
        ]
        words.asides = ["geboren", "geburtstag", "gekauft", "verheiratet", "gegrundet", "geheiratet"]
        words.sinces = ["seit"]
        words.remarks = ["weil", "denn", "da"]
        words.subjects = ["ich", "wir", "er", "sie", "es", "das", "die"]
        words.pastVerbs = ["war", "waren", "hatte", "hatten", "wurde", "wurden", "bin", "habe"]
        words.titleVerbs = ["spiel", "spiele", "sing", "schau", "lies"]
        words.waking = [["weck"], ["wecke"], ["wecker"], ["wecken"], ["aufstehen"], ["geweckt"]]
        words.meals = ["fruhstuck": .morning, "mittagessen": .noon, "abendessen": .evening]
        words.recurrences = [
            "montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags", "taglich",
            "werktags",
            "wochentags",
        ]
        words.recurring = ["jeden", "jede", "jedes", "jeder", "alle"]
        return words
    }()
}
