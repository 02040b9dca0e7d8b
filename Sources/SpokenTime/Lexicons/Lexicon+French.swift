extension Lexicon {
    static let french: Lexicon = {
        var lexicon = Lexicon(.french)
        lexicon.addFrenchNumbers()
        lexicon.addFrenchNames()
        lexicon.addFrenchLengths()
        lexicon.addFrenchDays()
        lexicon.addFrenchClocks()
        lexicon.use(.french)
        lexicon.knows(
            "le la les un une des du je moi mon ma mes tu vous est a au aux et en dans pour s'il plait mets reveille rappelle "
                + "reveil minuteur reserve joue allume eteins ne pas mais que quel quelle sera avec de sur ont avez qui combien depuis"
        )
        return lexicon
    }()

    private mutating func addFrenchNumbers() {
        let small = [
            "zero", "un|une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
            "treize",
            "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf",
        ]
        for (value, words) in small.enumerated() { number(value, words) }
        for (place, ten) in ["vingt", "trente", "quarante", "cinquante", "soixante"].enumerated() {
            let base = 20 + place * 10
            number(base, ten)
            number(base + 1, "\(ten) et un|\(ten) et une|\(ten) un|\(ten) une")
            for unit in 2...9 { number(base + unit, "\(ten) \(small[unit])") }
        }
        number(71, "soixante et onze")
        for unit in 10...19 where unit != 11 { number(60 + unit, "soixante \(small[unit])") }
        number(80, "quatre vingts|quatre vingt")
        for unit in 1...19 { number(80 + unit, "quatre vingt \(small[unit].split(separator: "|")[0])") }
        for (value, word) in [(70, "septante"), (80, "huitante"), (90, "nonante")] { number(value, word) }
        ordinal(1, "premier|1er")
        numbers.suffixes = ["er"]
        numbers.hundreds = ["cent", "cents"]
        numbers.thousands = ["mille"]
        numbers.pointGroups = true
    }

    private mutating func addFrenchNames() {
        let months = [
            "janvier|janv", "fevrier|fevr", "mars", "avril|avr", "mai", "juin", "juillet|juil", "aout",
            "septembre|sept", "octobre|oct",
            "novembre|nov", "decembre|dec",
        ]
        name(.month, months.enumerated().map { ($1, .month($0 + 1)) })
        let weekdays = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
        name(.weekday, weekdays.enumerated().map { ($1, .weekday($0)) })
        name(
            .unit,
            [
                ("seconde|secondes|s", .unit(.second)), ("minute|minutes|min|mn", .unit(.minute)),
                ("heure|heures|h", .unit(.hour)),
                ("jour|jours|journee", .unit(.day)), ("semaine|semaines", .unit(.week)), ("mois", .unit(.month)),
                ("an|ans|annee|annees", .unit(.year)),
            ])
        name(
            .part,
            [
                ("matin|du matin|le matin|dans la matinee", .part(.morning)), ("midi", .part(.noon)),
                ("apres midi|de l'apres midi|l'apres midi|dans l'apres midi", .part(.afternoon)),
                ("soir|du soir|le soir|dans la soiree|en soiree", .part(.evening)),
                ("nuit|de la nuit|dans la nuit", .part(.night)),
            ])
        name(
            .week,
            [
                ("prochain|qui vient|suivant", .week(.coming)), ("dernier|passe", .week(.last)),
                ("ce|cette", .week(.coming)),
            ])
        name(
            .holiday,
            [
                ("reveillon de noel|veille de noel|la veille de noel", .holiday(.fixed(month: 12, day: 24))),
                ("noel|jour de noel", .holiday(.fixed(month: 12, day: 25))),
                ("saint sylvestre|reveillon du nouvel an|la saint sylvestre", .holiday(.fixed(month: 12, day: 31))),
                ("jour de l'an|nouvel an|le jour de l'an", .holiday(.fixed(month: 1, day: 1))),
                ("saint valentin|la saint valentin", .holiday(.fixed(month: 2, day: 14))),
                ("fete nationale|14 juillet", .holiday(.fixed(month: 7, day: 14))),
                ("toussaint|la toussaint", .holiday(.fixed(month: 11, day: 1))),
                ("halloween", .holiday(.fixed(month: 10, day: 31))),
                ("fete du travail", .holiday(.fixed(month: 5, day: 1))),
                ("paques|dimanche de paques", .holiday(.easter(0))), ("lundi de paques", .holiday(.easter(1))),
                ("pentecote", .holiday(.easter(49))),
            ])
        name(.zone, SpokenZone.french)
    }

    private mutating func addFrenchLengths() {
        add(
            .quantity,
            [
                ("un|une", .quantity(1)), ("demi|demie", .quantity(0.5)), ("une demi|demie", .quantity(0.5)),
                ("{n} et demi|demie", .number(plus: 0.5)),
            ])
        add(
            .length,
            [
                ("{q} {unit}", .length(plus: 0)), ("{n} {unit} et demie|demi", .length(plus: 0.5)),
                ("un|une {unit} et demie|demi", .length(plus: 0.5)),
                ("{n} {unit} {n}", .lengthRest(nil)), ("{digital} minutes|min", .digitalLength(.minute)),
                ("un quart d heure", .fixedLength(TimeLength(seconds: 900))),
                ("trois quarts d heure", .fixedLength(TimeLength(seconds: 2700))),
                ("une quinzaine de jours", .fixedLength(TimeLength(days: 14))),
                ("quinze jours", .fixedLength(TimeLength(days: 14))), ("huit jours", .fixedLength(TimeLength(days: 7))),
                ("une? demi heure", .fixedLength(TimeLength(seconds: 1800))),
                ("{n} {unit} et quart", .length(plus: 0.25)),
            ])
    }

    private mutating func addFrenchDays() {
        add(
            .day,
            [
                ("aujourd'hui", .days(0, nil)), ("ce soir", .days(0, .evening)), ("cette nuit", .days(0, .night)),
                ("ce matin", .days(0, .morning)),
                ("cet apres midi", .days(0, .afternoon)), ("demain", .days(1, nil)), ("apres demain", .days(2, nil)),
                ("hier", .days(-1, nil)),
                ("avant hier", .days(-2, nil)), ("hier soir", .days(-1, .evening)), ("dans|d'ici {len}", .ahead),
                ("il y a {len}", .ago),
                ("{len} apres {day}", .after), ("{len} avant {day}", .before),
                ("lendemain de {day}", .shifted(days: 1)), ("veille de {day}", .shifted(days: -1)),
                ("{weekday} {week}", .weekday(nil)), ("ce {weekday}", .weekday(.coming)), ("{weekday}", .weekday(nil)),
                ("{weekday} en huit", .shifted(days: 7)),
                ("{weekday} de la semaine prochaine", .weekday(.ahead(1))),
                ("{weekday} dans une semaine", .shifted(days: 7)),
                ("ce week end", .day(.weekday(6, .coming))), ("week end prochain", .day(.weekday(6, .ahead(1)))),
                ("ce? weekend", .day(.weekday(6, .coming))), ("week end", .day(.weekday(6, .coming))),
                ("{d} {month} {y}", .calendar), ("{d} {month}", .calendar), ("{date}", .numericDate),
                ("fin du mois", .day(.monthEnd(0))),
                ("la? fin du mois", .day(.monthEnd(0))), ("fin de l annee", .day(.yearEnd(0))),
                ("fin du mois prochain", .day(.monthEnd(1))),
                ("{d} du mois prochain", .dayOfMonth(months: 1)),
                ("{holiday} {y}", .holiday), ("{holiday}", .holiday),
            ])
    }

    private mutating func addFrenchClocks() {
        add(
            .clock,
            [
                ("a_cette_heure|a_cette_heure_ci", .thisTime),
                ("{h} heures|heure|h", .hour), ("{h} heures|heure|h {m}", .hour),
                ("{h} heures|heure|h {m} minutes|min", .hour),
                ("{h} heures|heure|h et demie|demi", .past(30)), ("{h} heures|heure|h et quart", .past(15)),
                ("{h} heures|heure|h trois quarts", .past(45)),
                ("{h} heures|heure|h moins le? quart", .to(15)), ("{h} heures|heure|h moins {m}", .toBehind),
                ("{digital}", .digital), ("{digital} heures|h", .digital),
                ("midi et demi|demie", .named(hour: 12, minute: 30)),
                ("minuit et demi|demie", .named(hour: 0, minute: 30)),
                ("midi et quart", .named(hour: 12, minute: 15)), ("midi moins le? quart", .named(hour: 11, minute: 45)),
                ("midi moins {m}", .toNamed(hour: 12)),
                ("minuit moins {m}", .toNamed(hour: 24)), ("midi {m}", .namedPast(hour: 12)),
                ("minuit {m}", .namedPast(hour: 0)),
                ("midi", .named(hour: 12, minute: 0)), ("minuit", .named(hour: 0, minute: 0)),
                ("minuit moins le? quart", .named(hour: 23, minute: 45)),
            ])
    }
}

extension ContextWords {
    static let french: ContextWords = {
        var words = ContextWords()
        words.hourLeads = ["a", "vers", "avant", "apres", "des", "jusqu", "entre", "et"]
        words.followers = [
            "demain", "et", "ou", "pour", "a", "au", "le", "la", "les", "avec", "de", "du", "dans", "sur", "s'il", "en",
            "mais", "pas", "ce", "il", "plait", "me", "un", "une", "mon", "ma",
        ]
        words.counting = ["nombre", "compte", "note", "echelle", "chiffre", "temperature"]
        words.nouns = [
            "pourcent", "degres", "euros", "euro", "kilometres", "metres", "personnes", "fois", "lampes", "%", "€",
        ]
        words.numbered = [
            "page", "chapitre", "chaine", "chambre", "version", "bus", "ligne", "vol", "quai", "episode", "saison",
            "numero", "salle", "porte", "canal", "place",
        ]
        words.rangeLeads = ["de", "entre", "du", "des"]
        words.rangeJoins = ["a", "au", "et", "jusqu", "-", "–", "—"]
        words.lengthJoins = ["et"]
        words.denialsBehind = [["ne", "va", "pas"], ["ne", "marche", "pas"], ["ne", "convient", "pas"]]
        words.denials = [["pas"], ["sauf"], ["au", "lieu", "de"], ["plutot", "que"], ["excepte"]]
        words.nextDays = [["lendemain"], ["jour", "suivant"], ["jour", "d", "apres"]]
        words.daysBefore = [["veille"], ["jour", "d", "avant"]]
        words.denialGaps = ["a", "le", "la", "pour", "au", "du", "de"]
        words.corrections = [["non"], ["pardon"], ["plutot"], ["je", "veux", "dire"], ["enfin"]]
        words.asides = ["ne", "nee", "anniversaire", "achete", "marie", "fonde", "mort"]
        words.sinces = ["depuis"]
        words.remarks = ["parce", "car", "puisque"]
        words.subjects = ["je", "j", "nous", "il", "elle", "on", "ils", "c", "ca"]
        words.pastVerbs = ["suis", "ai", "etait", "etais", "avait", "avais", "a", "avons", "sommes"]
        words.titleVerbs = ["joue", "mets", "chante", "ecoute", "lance", "regarde", "lis"]
        words.waking = [["reveille"], ["reveil"], ["lever"]]
        words.meals = ["dejeuner": .noon, "diner": .evening]
        words.recurring = ["chaque", "tous"]
        words.recurrences = ["lundis", "mardis", "mercredis", "jeudis", "vendredis", "samedis", "dimanches"]
        return words
    }()
}
