import SpokenTime
import Testing

/// What `PastDaysTests` tests, in German, French, Spanish and Chinese.
@Suite struct PastDaysLanguagesTests {
    /// Over, and then ahead.
    static let german: [(String, String)] = [
        ("Wer hat am Sonntag gewonnen", "2026-11-22"),
        ("was habe ich am 5. gegessen", "2026-11-05"),
        ("Was war der Preis am 27. November", "2025-11-27"),
        ("Hat es am Samstag geregnet", "2026-11-21"),
        ("Was ist am Montag passiert", "2026-11-23"),
        ("Nachrichten seit dem 5.", "2026-11-05"),
        ("Zeig mir die Fotos vom 5. November", "2026-11-05"),
        ("Mails seit dem 1. November", "2026-11-01"),
        ("Umsatz seit Weihnachten", "2025-12-25"),
        ("Wie viel habe ich am Freitag ausgegeben", "2026-11-20"),
        ("Wer war am Donnerstag da", "2026-11-19"),
        ("Finde die Mail zum Ausflug nach dem 1. November", "2026-11-01"),
        ("was the window open on saturday at 3 am", "2026-11-21 03:00"),
        ("Wie war das Wetter am Samstag", "2026-11-21"),
        ("Wie teuer war Gold am 3. März", "2026-03-03"),
        ("Wer hat mich am Sonntag angerufen", "2026-11-22"),
        ("Was hat er am 20. gesagt", "2026-11-20"),
        ("Ich habe am Donnerstag mit Tom gegessen", "2026-11-19"),
        ("Wie viele Schritte seit Sonntag", "2026-11-22"),
        ("Rechnungen vom 12. Oktober", "2026-10-12"),
        ("Wer ist am Freitag gekommen", "2026-11-20"),
        ("Gab es am 18. ein Erdbeben", "2026-11-18"),
        ("Wie viel hat es seit dem 30. geregnet", "2026-10-30"),
        ("play the song that was on the radio, on friday at 8 am", "2026-11-27 08:00"),
        ("Hast du den Wecker für Freitag gestellt", "2026-11-27"),
        ("Hat der Laden am Sonntag geöffnet", "2026-11-29"),
        ("Ich hätte gern einen Tisch am Freitag", "2026-11-27"),
        ("Ist am Sonntag geschlossen", "2026-11-29"),
        ("Wurde das Treffen auf Freitag verschoben", "2026-11-27"),
        ("Was habe ich am Freitag vor", "2026-11-27"),
        ("Hast du am Freitag einen Tisch gebucht", "2026-11-27"),
        ("Wann war nochmal der Termin am Freitag", "2026-11-27"),
        ("Weck mich am Freitag, weil ich zu spät war", "2026-11-27"),
        ("Wie wird das Wetter am Samstag", "2026-11-28"),
        ("Ich habe am Freitag einen Termin", "2026-11-27"),
        ("Ich würde gern am Freitag kommen", "2026-11-27"),
        ("Erinnere mich am Freitag an das, was er gesagt hat", "2026-11-27"),
        ("Wer spielt am Sonntag", "2026-11-29"),
        ("Was kostet es am Sonntag", "2026-11-29"),
        ("Wann kommt das Paket, das am Freitag geliefert wird", "2026-11-27"),
        ("Hat am Sonntag etwas geöffnet", "2026-11-29"),
    ]
    @Test(arguments: german) func readsTheSideGerman(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    /// Over, and then ahead.
    static let french: [(String, String)] = [
        ("qui a gagné dimanche", "2026-11-22"),
        ("quel était le prix le 27 novembre", "2025-11-27"),
        ("qu'est-ce que j'ai mangé le 5", "2026-11-05"),
        ("est-ce qu'il a plu samedi", "2026-11-21"),
        ("que s'est-il passé lundi", "2026-11-23"),
        ("les nouvelles depuis le 5", "2026-11-05"),
        ("mails depuis le 1er novembre", "2026-11-01"),
        ("combien ai-je dépensé vendredi", "2026-11-20"),
        ("qui est venu jeudi", "2026-11-19"),
        ("trouve le mail sur l'excursion après le 1er novembre", "2026-11-01"),
        ("quel temps faisait-il samedi", "2026-11-21"),
        ("qui m'a appelé dimanche", "2026-11-22"),
        ("combien coûtait l'or le 3 mars", "2026-03-03"),
        ("j'ai déjeuné avec Tom jeudi", "2026-11-19"),
        ("combien de pas depuis dimanche", "2026-11-22"),
        ("y avait-il des appels le 23", "2026-11-23"),
        ("as-tu réglé le réveil pour vendredi", "2026-11-27"),
        ("j'ai un rendez-vous vendredi", "2026-11-27"),
        ("il y a un concert vendredi", "2026-11-27"),
        ("le magasin est fermé dimanche", "2026-11-29"),
        ("j'ai réservé une table vendredi", "2026-11-27"),
        ("la banque est ouverte samedi", "2026-11-28"),
        ("qui gagne dimanche", "2026-11-29"),
        ("quel temps fera-t-il samedi", "2026-11-28"),
        ("j'aimerais une table vendredi", "2026-11-27"),
        ("rappelle-moi vendredi ce qu'il a dit", "2026-11-27"),
        ("à quelle heure est le match dimanche", "2026-11-29"),
    ]
    @Test(arguments: french) func readsTheSideFrench(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    /// Over, and then ahead.
    static let spanish: [(String, String)] = [
        ("quién ganó el domingo", "2026-11-22"),
        ("cuál era el precio el 27 de noviembre", "2025-11-27"),
        ("qué comí el 5", "2026-11-05"),
        ("llovió el sábado", "2026-11-21"),
        ("qué pasó el lunes", "2026-11-23"),
        ("noticias desde el 5", "2026-11-05"),
        ("correos desde el 1 de noviembre", "2026-11-01"),
        ("cuánto gasté el viernes", "2026-11-20"),
        ("quién ha ganado el domingo", "2026-11-22"),
        ("busca el correo sobre la excursión después del 1 de noviembre", "2026-11-01"),
        ("muéstrame las fotos del 5 de noviembre", "2026-11-05"),
        ("qué tiempo hizo el sábado", "2026-11-21"),
        ("quién me llamó el domingo", "2026-11-22"),
        ("cuánto costaba el oro el 3 de marzo", "2026-03-03"),
        ("el jueves comí con Tom", "2026-11-19"),
        ("cuántos pasos desde el domingo", "2026-11-22"),
        ("hubo llamadas el 23", "2026-11-23"),
        ("pusiste la alarma para el viernes", "2026-11-27"),
        ("la tienda está cerrada el domingo", "2026-11-29"),
        ("he quedado el viernes", "2026-11-27"),
        ("reserva un hotel desde el 3 hasta el 7 de marzo", "2027-03-03..2027-03-07"),
        ("activa la alarma desde el lunes", "2026-11-30"),
        ("quién gana el domingo", "2026-11-29"),
        ("el viernes que viene había un concierto", "2026-11-27"),
        ("qué tiempo hará el sábado", "2026-11-28"),
        ("quisiera una mesa el viernes", "2026-11-27"),
        ("recuérdame el viernes lo que dijo", "2026-11-27"),
        ("a qué hora es el partido el domingo", "2026-11-29"),
    ]
    @Test(arguments: spanish) func readsTheSideSpanish(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    /// Over, and then ahead.
    static let chinese: [(String, String)] = [
        ("周日谁赢了", "2026-11-22"),
        ("11月27日的价格当时是多少", "2025-11-27"),
        ("我5号吃了什么", "2026-11-05"),
        ("周六下雨了吗", "2026-11-21"),
        ("周一发生了什么", "2026-11-23"),
        ("从11月5号以来的新闻", "2026-11-05"),
        ("自从周一的消息", "2026-11-23"),
        ("给我看11月5日的照片", "2026-11-05"),
        ("找一下11月1日之后的邮件", "2026-11-01"),
        ("周五花了多少钱", "2026-11-20"),
        ("周日谁给我打了电话", "2026-11-22"),
        ("3月3日黄金当时多少钱", "2026-03-03"),
        ("我周四和汤姆吃了午饭", "2026-11-19"),
        ("周日以来走了多少步", "2026-11-22"),
        ("23号有人来过吗", "2026-11-23"),
        ("周五提醒我开会", "2026-11-27"),
        ("周五别忘了开会", "2026-11-27"),
        ("从周一起每天叫醒我", "2026-11-30"),
        ("周日谁会赢", "2026-11-29"),
        ("周五的票", "2026-11-27"),
        ("12月1日之后的航班", "2026-12-01"),
        ("周五的会议取消了吗", "2026-11-27"),
        ("周六天气怎么样", "2026-11-28"),
        ("周五我想订一张桌子", "2026-11-27"),
        ("周五记得提醒我他说了什么", "2026-11-27"),
        ("周日的比赛几点开始", "2026-11-29"),
    ]
    @Test(arguments: chinese) func readsTheSideChinese(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }
}
