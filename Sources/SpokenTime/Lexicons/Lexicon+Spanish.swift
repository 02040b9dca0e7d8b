extension Lexicon {
    static let spanish: Lexicon = {
        var lexicon = Lexicon(.spanish)
        lexicon.addSpanishNumbers()
        lexicon.addSpanishNames()
        lexicon.addSpanishLengths()
        lexicon.addSpanishDays()
        lexicon.addSpanishClocks()
        lexicon.use(.spanish)
        lexicon.knows(
            "el la los las un una unos de del al en por para con me mi mis tu es esta y o que no sino pon despiertame recuerdame alarma "
                + "temporizador reserva reproduce enciende apaga cual sera hay favor a quien cuanto cuando hizo fue desde"
        )
        return lexicon
    }()

    private mutating func addSpanishNumbers() {
        let small = [
            "cero", "uno|una|un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once",
            "doce", "trece", "catorce",
            "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno|veintiuna|veintiun",
            "veintidos",
            "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve",
        ]
        for (value, words) in small.enumerated() { number(value, words) }
        for (place, ten) in ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
            .enumerated()
        {
            number(30 + place * 10, ten)
            for unit in 1...9 {
                for word in small[unit].split(separator: "|") { number(30 + place * 10 + unit, "\(ten) y \(word)") }
            }
        }
        ordinal(1, "primero|primer")
        numbers.suffixes = ["o"]
        numbers.hundreds = ["cien", "ciento"]
        for (place, word) in ["doscientos|doscientas", "trescientos|trescientas", "cuatrocientos", "quinientos"]
            .enumerated()
        { number(200 + place * 100, word) }
        numbers.thousands = ["mil"]
        numbers.pointGroups = true
    }

    private mutating func addSpanishNames() {
        let months = [
            "enero|ene", "febrero|feb", "marzo", "abril|abr", "mayo", "junio|jun", "julio|jul", "agosto|ago",
            "septiembre|setiembre|sept",
            "octubre|oct", "noviembre|nov", "diciembre|dic",
        ]
        name(.month, months.enumerated().map { ($1, .month($0 + 1)) })
        let weekdays = ["domingo", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado"]
        name(.weekday, weekdays.enumerated().map { ($1, .weekday($0)) })
        name(
            .unit,
            [
                ("segundo|segundos|s|seg", .unit(.second)), ("minuto|minutos|min", .unit(.minute)),
                ("hora|horas|h", .unit(.hour)),
                ("dia|dias", .unit(.day)), ("semana|semanas", .unit(.week)), ("mes|meses", .unit(.month)),
                ("ano|anos", .unit(.year)),
            ])
        name(
            .part,
            [
                ("por la manana|de la manana|en la manana|a la manana", .part(.morning)),
                ("del mediodia|al mediodia", .part(.noon)),
                ("por la tarde|de la tarde|en la tarde", .part(.afternoon)),
                ("por la noche|de la noche|en la noche", .part(.evening)),
                ("de la madrugada|por la madrugada", .part(.early)),
            ])
        name(.half, [("am|a m", .half(0)), ("pm|p m", .half(12))])
        name(
            .week,
            [
                ("proximo|que viene|siguiente", .week(.coming)), ("pasado|ultimo", .week(.last)),
                ("este|esta", .week(.coming)),
            ])
        name(
            .holiday,
            [
                ("nochebuena", .holiday(.fixed(month: 12, day: 24))),
                ("navidad|dia de navidad", .holiday(.fixed(month: 12, day: 25))),
                ("nochevieja|fin de ano", .holiday(.fixed(month: 12, day: 31))),
                ("ano nuevo|dia de ano nuevo", .holiday(.fixed(month: 1, day: 1))),
                ("dia de reyes|reyes magos", .holiday(.fixed(month: 1, day: 6))),
                ("san valentin|dia de san valentin", .holiday(.fixed(month: 2, day: 14))),
                ("dia de los muertos", .holiday(.fixed(month: 11, day: 2))),
                ("halloween", .holiday(.fixed(month: 10, day: 31))),
                ("dia del trabajo|dia del trabajador", .holiday(.fixed(month: 5, day: 1))),
                ("domingo de pascua|pascua", .holiday(.easter(0))),
                ("viernes santo", .holiday(.easter(-2))),
            ])
        name(.zone, SpokenZone.spanish)
    }

    private mutating func addSpanishLengths() {
        add(
            .quantity,
            [("un|una", .quantity(1)), ("media|medio", .quantity(0.5)), ("{n} y media|medio", .number(plus: 0.5))])
        add(
            .length,
            [
                ("{q} {unit}", .length(plus: 0)), ("{n} {unit} y media|medio", .length(plus: 0.5)),
                ("un|una {unit} y media|medio", .length(plus: 0.5)),
                ("{n} {unit} {n}", .lengthRest(nil)), ("un? cuarto de hora", .fixedLength(TimeLength(seconds: 900))),
                ("tres cuartos de hora", .fixedLength(TimeLength(seconds: 2700))),
                ("quince dias", .fixedLength(TimeLength(days: 14))),
                ("una quincena", .fixedLength(TimeLength(days: 14))), ("{n} {unit} y cuarto", .length(plus: 0.25)),
                ("una? hora y media", .fixedLength(TimeLength(seconds: 5400))),
                ("una? hora y cuarto", .fixedLength(TimeLength(seconds: 4500))),
                ("{digital} horas|hora|h", .digitalLength(.hour)), ("{digital} minutos|min", .digitalLength(.minute)),
            ])
    }

    private mutating func addSpanishDays() {
        add(
            .day,
            [
                ("hoy", .days(0, nil)), ("esta noche", .days(0, .evening)), ("esta manana", .days(0, .morning)),
                ("esta tarde", .days(0, .afternoon)),
                ("manana", .days(1, nil)), ("pasado manana", .days(2, nil)), ("ayer", .days(-1, nil)),
                ("anteayer|antier", .days(-2, nil)),
                ("anoche", .days(-1, .night)), ("en|dentro_de {len}", .ahead), ("hace {len}", .ago),
                ("de aqui a {len}", .ahead),
                ("{len} despues de|del {day}", .after), ("{len} antes de|del {day}", .before),
                ("{weekday} {week}", .weekday(nil)), ("{week} {weekday}", .weekday(nil)), ("{weekday}", .weekday(nil)),
                ("{weekday} de la proxima semana", .weekday(.ahead(1))),
                ("{weekday} de la semana que viene", .weekday(.ahead(1))),
                ("{weekday} en una semana", .shifted(days: 7)),
                ("fin de semana", .day(.weekday(6, .coming))), ("este fin de semana", .day(.weekday(6, .coming))),
                ("proximo fin de semana", .day(.weekday(6, .ahead(1)))),
                ("{d} de {month} de|del {y}", .calendar), ("{d} de? {month} {y}", .calendar),
                ("{d} de? {month}", .calendar), ("{date}", .numericDate),
                ("fin de mes", .day(.monthEnd(0))), ("final de mes", .day(.monthEnd(0))),
                ("finales de mes", .day(.monthEnd(0))), ("fin del mes", .day(.monthEnd(0))),
                ("{d} del mes que viene", .dayOfMonth(months: 1)), ("{d} del proximo mes", .dayOfMonth(months: 1)),
                ("{holiday} de? {y}", .holiday), ("{holiday}", .holiday),
            ])
    }

    private mutating func addSpanishClocks() {
        add(
            .clock,
            [
                ("a_esta_hora", .thisTime),
                ("las|la {h} en punto", .hour), ("las|la {h}", .hour), ("las|la {h} y {m}", .hour),
                ("las|la {h} {m}", .hour), ("las|la {h} y media", .past(30)),
                ("las|la {h} y cuarto", .past(15)), ("las|la {h} menos cuarto", .to(15)),
                ("las|la {h} menos {m}", .toBehind),
                ("las|la {digital}", .digital), ("{digital}", .digital), ("{digital} horas|h", .digital),
                ("{h} y media de", .past(30)),
                ("cuarto para las|la {h}", .to(15)), ("{m} minutos? para las|la {h}", .to(nil)),
                ("las {h} horas", .hour),
                ("{h} {half}", .hour), ("mediodia|medio_dia", .named(hour: 12, minute: 0)),
                ("medianoche|media_noche", .named(hour: 0, minute: 0)),
            ])
    }
}

extension ContextWords {
    static let spanish: ContextWords = {
        var words = ContextWords()
        words.followers = [
            "manana", "y", "o", "para", "a", "al", "el", "la", "los", "las", "con", "de", "del", "por", "en", "pero",
            "no", "hoy", "me", "un", "una", "mi", "sino",
        ]
        words.counting = ["numero", "cuenta", "califica", "escala", "puntua", "temperatura"]
        words.nouns = [
            "grados", "euros", "euro", "kilometros", "metros", "personas", "veces", "lamparas", "luces", "por_ciento",
            "%", "€",
        ]
        words.numbered = [
            "pagina", "capitulo", "canal", "habitacion", "version", "autobus", "linea", "vuelo", "puerta", "episodio",
            "temporada", "numero", "sala", "piso",
        ]
        words.rangeLeads = ["de", "entre", "desde", "del"]
        words.rangeJoins = ["a", "al", "y", "hasta", "-", "–", "—"]
        words.lengthJoins = ["y"]
        words.denialsBehind = [["no"], ["no", "puedo"], ["no", "me", "va", "bien"], ["no", "funciona"]]
        words.denials = [["no"], ["excepto"], ["salvo"], ["en", "vez", "de"], ["en", "lugar", "de"], ["menos"]]
        words.nextDays = [["dia", "siguiente"], ["dia", "despues"]]
        words.daysBefore = [["dia", "anterior"], ["dia", "antes"]]
        words.denialGaps = ["a", "el", "la", "para", "al", "en", "los"]
        words.sinces = ["desde"]
        words.corrections = [["no"], ["perdon"], ["mejor"], ["quiero", "decir"], ["digo"]]
        words.asides = ["naci", "nacio", "cumpleanos", "compre", "case", "fundada", "murio"]
        words.remarks = ["porque", "ya", "pues"]
        words.subjects = ["yo", "nosotros", "el", "ella", "ellos"]
        words.pastVerbs = ["era", "fue", "fui", "estaba", "tuve", "habia", "estuve"]
        words.titleVerbs = ["pon", "reproduce", "canta", "escucha", "mira", "lee", "toca"]
        words.waking = [["despiertame"], ["despertador"], ["alarma"], ["levantarme"]]
        words.meals = ["desayuno": .morning, "almuerzo": .noon, "cena": .evening]
        words.recurring = ["cada", "todos", "todas"]
        return words
    }()
}
