import Testing

/// German, French and Spanish.
@Suite struct EuropeanTimesTests {
    static let german: [(String, String)] = [
        ("wie wird das Wetter heute", "2026-11-24"), ("morgen einkaufen", "2026-11-25"), ("übermorgen", "2026-11-26"),
        ("was war gestern", "2026-11-23"), ("vorgestern", "2026-11-22"),
        ("am Freitag", "2026-11-27"), ("kommenden Samstag", "2026-11-28"), ("nächsten Freitag", "2026-12-04"),
        ("letzten Sonntag", "2026-11-22"), ("am Wochenende", "2026-11-28"),
        ("am 24. Dezember", "2026-12-24"), ("am 3. März 2027", "2027-03-03"), ("am 24.12.2026", "2026-12-24"),
        ("am dritten Mai", "2027-05-03"), ("erinnere mich am 5.", "2026-12-05"),
        ("in drei Tagen", "2026-11-27"), ("in zwei Wochen", "2026-12-08"), ("vor einer Woche", "2026-11-17"),
        ("Ende des Monats", "2026-11-30"), ("an Heiligabend", "2026-12-24"),
        ("an Silvester", "2026-12-31"), ("weck mich um halb acht", "2026-11-25 07:30"),
        ("weck mich um Viertel nach sechs", "2026-11-25 06:15"), ("um Viertel vor neun abends", "2026-11-24 20:45"),
        ("um 20 Uhr", "2026-11-24 20:00"), ("um 19 Uhr 30", "2026-11-24 19:30"),
        ("um acht Uhr abends", "2026-11-24 20:00"), ("morgen früh um sieben", "2026-11-25 07:00"),
        ("morgen Abend um 8 Uhr", "2026-11-25 20:00"), ("Freitagabend um sieben", "2026-11-27 19:00"),
        ("um fünf vor halb acht abends", "2026-11-24 19:25"),
        ("in zwei Stunden", "2026-11-24 11:30"), ("in einer halben Stunde", "2026-11-24 10:00"),
        ("in anderthalb Stunden", "2026-11-24 11:00"), ("vor zehn Minuten", "2026-11-24 09:20"),
        ("Timer auf zehn Minuten", "PT10M"), ("eineinhalb Stunden", "PT1H30M"),
        ("eine Stunde und zwanzig Minuten", "PT1H20M"), ("1,5 Stunden", "PT1H30M"), ("1.000 Sekunden", "PT16M40S"),
        ("fünfundvierzig Minuten", "PT45M"), ("eine Viertelstunde", "PT15M"),
        ("nicht morgen, sondern am Freitag", "2026-11-27"), ("von 9 bis 17 Uhr", "09:00..17:00"),
        ("vom 3. bis 7. Mai", "2027-05-03..2027-05-07"),
        ("dreiviertel sieben abends", "2026-11-24 18:45"),
        ("Ich bin am 3. März 1990 geboren, ein Zimmer für morgen", "2026-11-25"),
    ]

    static let french: [(String, String)] = [
        ("quel temps fera-t-il aujourd'hui", "2026-11-24"), ("demain", "2026-11-25"), ("après-demain", "2026-11-26"),
        ("hier", "2026-11-23"), ("avant-hier", "2026-11-22"), ("vendredi", "2026-11-27"),
        ("vendredi prochain", "2026-11-27"), ("samedi dernier", "2026-11-21"), ("ce week-end", "2026-11-28"),
        ("le 24 décembre", "2026-12-24"), ("le 3 mars 2027", "2027-03-03"),
        ("le premier mai", "2027-05-01"), ("le 24/12/2026", "2026-12-24"), ("dans trois jours", "2026-11-27"),
        ("dans quinze jours", "2026-12-08"), ("il y a deux semaines", "2026-11-10"),
        ("à la fin du mois", "2026-11-30"), ("à Noël", "2026-12-25"),
        ("à huit heures et demie du soir", "2026-11-24 20:30"),
        ("réveille-moi à sept heures et quart", "2026-11-25 07:15"),
        ("à neuf heures moins le quart du soir", "2026-11-24 20:45"), ("à 19h30", "2026-11-24 19:30"),
        ("à 20 h", "2026-11-24 20:00"), ("à midi", "2026-11-24 12:00"), ("à minuit", "2026-11-25 00:00"),
        ("demain soir à huit heures", "2026-11-25 20:00"), ("demain matin à sept heures", "2026-11-25 07:00"),
        ("ce soir à neuf heures", "2026-11-24 21:00"), ("vendredi à 18 heures", "2026-11-27 18:00"),
        ("dans deux heures", "2026-11-24 11:30"), ("dans une demi-heure", "2026-11-24 10:00"),
        ("dans un quart d'heure", "2026-11-24 09:45"), ("il y a dix minutes", "2026-11-24 09:20"),
        ("un minuteur de dix minutes", "PT10M"), ("une heure et demie", "PT1H30M"),
        ("demain dix heures", "2026-11-25 10:00"), ("quatre-vingt-dix secondes", "PT1M30S"),
        ("un minuteur de 1,5 heure", "PT1H30M"),
        ("pas demain mais vendredi", "2026-11-27"), ("de 9h à 17h", "09:00..17:00"),
    ]

    static let spanish: [(String, String)] = [
        ("qué tiempo hará hoy", "2026-11-24"), ("mañana", "2026-11-25"), ("pasado mañana", "2026-11-26"),
        ("ayer", "2026-11-23"), ("anteayer", "2026-11-22"), ("el viernes", "2026-11-27"),
        ("el próximo viernes", "2026-11-27"), ("el lunes que viene", "2026-11-30"), ("el domingo pasado", "2026-11-22"),
        ("este fin de semana", "2026-11-28"), ("el 24 de diciembre", "2026-12-24"),
        ("el 3 de marzo de 2027", "2027-03-03"), ("el 24/12/2026", "2026-12-24"), ("dentro de tres días", "2026-11-27"),
        ("en dos semanas", "2026-12-08"), ("hace dos días", "2026-11-22"),
        ("a fin de mes", "2026-11-30"), ("en Nochebuena", "2026-12-24"), ("en Navidad", "2026-12-25"),
        ("despiértame a las siete y media", "2026-11-25 07:30"),
        ("a las nueve menos cuarto de la noche", "2026-11-24 20:45"),
        ("a las ocho y cuarto de la tarde", "2026-11-24 20:15"), ("a las 19:30", "2026-11-24 19:30"),
        ("a las 8 de la noche", "2026-11-24 20:00"), ("a mediodía", "2026-11-24 12:00"),
        ("a medianoche", "2026-11-25 00:00"),
        ("mañana por la mañana a las siete", "2026-11-25 07:00"), ("mañana a las tres de la tarde", "2026-11-25 15:00"),
        ("el viernes a las 6 pm", "2026-11-27 18:00"), ("esta noche a las nueve", "2026-11-24 21:00"),
        ("en dos horas", "2026-11-24 11:30"), ("en media hora", "2026-11-24 10:00"),
        ("en una hora y media", "2026-11-24 11:00"), ("hace diez minutos", "2026-11-24 09:20"),
        ("un temporizador de diez minutos", "PT10M"),
        ("dos horas y media", "PT2H30M"), ("cuarenta y cinco minutos", "PT45M"), ("un cuarto de hora", "PT15M"),
        ("1,5 horas", "PT1H30M"), ("no mañana sino el viernes", "2026-11-27"),
        ("de 9:00 a 17:00", "09:00..17:00"), ("las tres menos diez de la tarde", "2026-11-24 14:50"),
    ]

    @Test func readsGerman() {
        #expect(Self.german.count >= 30)
        SaidSummary.check(Self.german, least: 1, "German")
    }
    @Test func readsFrench() {
        #expect(Self.french.count >= 30)
        SaidSummary.check(Self.french, least: 1, "French")
    }
    @Test func readsSpanish() {
        #expect(Self.spanish.count >= 30)
        SaidSummary.check(Self.spanish, least: 1, "Spanish")
    }
}
