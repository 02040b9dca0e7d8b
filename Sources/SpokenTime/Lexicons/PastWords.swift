/// The words of a language that tell what is over from what is to come.
struct PastWords: Sendable {
    /// Verbs by their letters without accents: those that are said without one, and those that need theirs (`ganó`).
    struct Verbs: Sendable, Hashable {
        var plain: Set<String> = [], accented: Set<String> = []

        init(_ words: String) {
            for word in words.split(separator: " ") {
                let folded = Tokenizer.folded(String(word))
                if folded == word { plain.insert(folded) } else { accented.insert(folded) }
            }
        }
    }

    /// Past by their form alone.
    var pasts = Verbs("")
    /// Past behind a question word: `who won`.
    var strong = Verbs("")
    /// The perfect: auxiliaries, and participles that go with them.
    var have: Set<String> = [], done = Verbs(""), be: Set<String> = [], gone = Verbs("")
    /// Ends of verbs in the imperfect, and of those in the conditional that look like them: `coûtait`, `pourrait`.
    var imperfect: [String] = [], conditional: [String] = []
    /// Between an auxiliary and its participle.
    var between: Set<String> = []
    /// Directly before a day on which something comes: `opens on`.
    var goings: Set<String> = []
    /// Whether participles stand close behind their auxiliary.
    var participlesFollow = true
    /// Of the form of participles, and none that tells of the past: `geöffnet`.
    var states: Set<String> = []
    /// Directly before a day: `received on`.
    var participles: Set<String> = []
    var questions: Set<String> = [], presents: Set<String> = []
    /// By which a sentence in the past tells of what is to come; and by which what is told of is called off.
    var plans: Set<String> = [], callingOff: Set<String> = []
    /// Before a day that lies ahead, whatever the verb: `for`; within the name of one: `coming`.
    var aheads: Set<String> = [], coming: Set<String> = []
    var articles: Set<String> = [], ons: Set<String> = []
    /// Behind `since friday` as a reason.
    var reasons: Set<String> = []
    /// Things that exist once they are over, what is said to look for them, and what stands between them and their day.
    var records: Set<String> = [], lookUps: Set<String> = [], froms: Set<String> = [], behinds: Set<String> = []
    var onwards: Set<String> = [], courtesies: Set<String> = []
    var conjunctions: Set<String> = [], joins: Set<String> = []
    /// Chinese: of the past within a clause, records behind a day, and `until now`.
    var phrases: Set<String> = [], phrasesBehind: Set<String> = [], untilNow: Set<String> = []

    static func of(_ language: SpokenLanguage) -> PastWords {
        switch language {
        case .english: english
        case .german: german
        case .french: french
        case .spanish: spanish
        case .chinese: chinese
        }
    }

    private static func set(_ words: String) -> Set<String> { Set(words.split(separator: " ").map { String($0) }) }

    private static let english: PastWords = {
        var words = PastWords()
        words.pasts = Verbs("was were wasn't weren't did didn't had hadn't")
        words.strong = Verbs(
            "won lost scored happened said wrote sent emailed called texted phoned went came saw met made got spent bought "
                + "paid ate slept ran walked took gave found told posted arrived rained snowed visited watched worked drove "
                + "flew drank spoke sold rose fell dropped played finished started ended died voted joined received ordered "
                + "opened crashed logged missed broke")
        words.participles = set(
            "received sent taken uploaded posted created edited modified logged shot saved downloaded made missed spent paid "
                + "bought eaten seen updated changed")
        words.questions = set("who what which when where how why whose that")
        words.presents = set(
            "is are be being will can do does get gets to should must has have needs need 's 'll isn't aren't shall may"
        )
        words.plans = set(
            "set alarm alarms timer remind reminder reminders book booked booking reserve reserved reservation schedule scheduled "
                + "plan planned planning plans supposed going gonna wondering hoping wanted thinking hope wish would could will "
                + "won't should shall add create arrange arranged organise organize invite invited due deadline again "
                + "appointment better meant wake if")
        words.goings = set("opens starts begins comes leaves arrives closes ends plays departs lands returns runs")
        words.callingOff = set("cancel reschedule postpone")
        words.aheads = set("for to until till by")
        words.coming = set("coming upcoming")
        words.articles = set("the this last")
        words.ons = set("on in at from since during over dated")
        words.reasons = set("is isn't are aren't will won't 's works has doesn't seems")
        words.records = set(
            "photo photos picture pictures email emails mail mails message messages news receipt receipts transaction transactions "
                + "recording recordings log logs invoice invoices screenshot screenshots expenses voicemail voicemails")
        words.lookUps = set("find search show list look read get open fetch give display check which what any where")
        words.froms = set("from of dated")
        words.behinds = set("after before between dated")
        words.onwards = set("on onward onwards to until till forward")
        words.courtesies = set("please can could would you hey ok okay me i want need to")
        words.conjunctions = set("because although though so")
        words.joins = set("and but then")
        return words
    }()

    private static let german: PastWords = {
        var words = PastWords()
        words.pasts = Verbs(
            "war waren warst wart hatte hatten hattest gab wurde wurden kam kamen ging gingen gewann gewannen verlor verloren "
                + "passierte geschah regnete schneite kostete stieg fiel schrieb sagte spielte rief")
        words.have = set("hat habe haben hast habt hab")
        words.done = Verbs(
            "passiert erhalten bekommen verloren besucht verkauft bezahlt verdient verbraucht verpasst telefoniert trainiert "
                + "notiert beendet begonnen empfangen versendet erreicht getan erzählt überwiesen verschickt fotografiert"
        )
        words.be = set("ist sind bin bist seid")
        words.gone = Verbs(
            "passiert geschehen gekommen gegangen gefahren gewesen gelaufen geflogen gestorben angekommen erschienen geworden "
                + "gestiegen gefallen zurückgekommen losgegangen ausgefallen")
        words.participlesFollow = false
        words.states = set("geoffnet geschlossen gewinnen gegen gefallen gehoren geschenkt gebrauchen gelegen genommen")
        words.participles = set("erhaltene gesendete erhaltenen")
        words.plans = set(
            "wecker timer erinnere erinnerst erinnern erinnerung erinnert stell stelle gestellt stellen buche buchen gebucht "
                + "reserviere reserviert reservieren plane geplant planen vor verabredet eingeladen vereinbart werde wirst wird "
                + "werden soll sollte sollten wollte wollten wenn gern gerne nochmal termin eingetragen verschoben angesetzt"
        )
        words.callingOff = set("storniere stornieren absagen verschiebe verschieben absage")
        words.aheads = set("fur fuer bis auf zum")
        words.coming = set("kommenden kommender kommende kommendes")
        words.articles = set("den dem der das die diesen letzten letztem")
        words.ons = set("am im in an vom von seit zu")
        words.records = set(
            "foto fotos bild bilder mail mails nachricht nachrichten rechnung rechnungen beleg belege aufnahme aufnahmen "
                + "transaktionen buchungen ausgaben bildschirmfotos anrufe")
        words.lookUps = set("finde such suche zeig zeige liste lies gib welche hol offne")
        words.froms = set("vom von")
        words.behinds = set("nach vor zwischen")
        words.onwards = set("an bis ab")
        words.courtesies = set("bitte mal kannst du mir")
        words.conjunctions = set("weil obwohl denn")
        words.joins = set("und aber dann")
        return words
    }()
    /// That separate from a verb before the `ge` of its participle.
    static let germanPrefixes = [
        "an", "ab", "auf", "aus", "ein", "zu", "mit", "los", "um", "nach", "fern", "statt", "her", "hin", "zuruck",
        "vor",
        "hoch", "runter", "weg",
    ]

    private static let french: PastWords = {
        var words = PastWords()
        words.pasts = Verbs("étaient était étais avait avaient avais fut eut fit étions avions")
        words.have = set("a ai as ont avons avez")
        words.done = Verbs(
            "gagné perdu mangé bu dormi plu neigé fait faits dit vu vus écrit envoyé envoyés reçu reçus appelé acheté payé "
                + "dépensé marché couru joué travaillé regardé pris trouvé visité été eu marqué battu vendu coûté passé lu "
                + "entendu téléphoné commandé raté manqué gagnée perdue faite écrite envoyée reçue achetée prise prises"
        )
        words.be = set("est sont suis es sommes etes")
        words.gone = Verbs(
            "venu venue venus allé allée allés parti partie partis arrivé arrivée arrivés passé passée passés mort morte "
                + "tombé tombée sorti sortie entré rentré resté monté descendu né née produit")
        words.imperfect = ["ait", "aient"]
        words.conditional = ["rait", "raient"]
        words.between = set("pas t il elle on nous vous tu je ils bien plus tout beaucoup trop jamais rien")
        words.states = set("parfait souhait theatre musee lycee reserve reservee prevue ferme fermee satisfait")
        words.participles = ["prises", "pris"]
        words.plans = set(
            "reveil alarme minuteur rappelle rappel rappeler regle reglee mets mis reserve reserver reservation prevu prevue "
                + "prevus planifie programme programmer invite si voulais voudrais pourrais aimerais vais va encore deja rendez "
                + "cense censes reporte")
        words.callingOff = set("annule annuler annulez reporte reporter decale deplace")
        words.aheads = set("pour jusqu jusqu'a jusqu'au d'ici")
        words.coming = set("prochain vient suivant prochaine")
        words.articles = set("le la les du de ce l dernier")
        words.ons = set("le a au en du de depuis")
        words.records = set(
            "photo photos image images mail mails email emails courriel courriels message messages nouvelles facture factures "
                + "enregistrements recu recus depenses transactions captures")
        words.lookUps = set("trouve cherche montre affiche liste lis donne ouvre quels quelles recherche")
        words.froms = []
        words.behinds = set("apres avant entre")
        words.courtesies = set("s'il te plait peux tu moi")
        words.conjunctions = set("parce car puisque")
        words.joins = set("et mais puis")
        return words
    }()

    private static let spanish: PastWords = {
        var words = PastWords()
        words.pasts = Verbs(
            "fue fueron era eran estaba estaban estuvo estuve tuve tuvo tuvimos hubo había tenía hacía decía hice hizo hiciste hicimos hicieron "
                + "dije dijo vi vio vimos fui fuiste fuimos vine vino vinieron ganó perdió pasó llovió nevó comí comió gasté "
                + "gastó llamó llegó marcó jugó envió recibí recibió costó subió bajó ocurrió sucedió salió escribió mandó "
                + "trabajé corrí caminé dormí bebí pagué pagó hablé visité vendió anotó ganaron perdieron pasaron llamaron "
                + "llegaron jugaron marcaron enviaron recibieron comimos gastamos comiste gastaste pagaste trabajaste")
        words.imperfect = ["aba", "aban"]
        words.have = set("he has ha hemos han")
        words.done = Verbs("hecho visto dicho escrito")
        words.states = set("quedado reservado programado planeado puesto previsto invitado pasado cerrado sido")
        words.participles = set("recibidos recibidas enviados enviadas tomadas tomados hechas guardadas")
        words.plans = set(
            "alarma despertador temporizador recuerdame recordatorio recuerda recordar pon ponme pusiste puse reserva reservar "
                + "reserve reservaste reservado programa programado programar programaste planeado previsto quedado invitado si "
                + "quisiera queria quiero activa activar agenda agendar cita voy va vamos debia iba desactiva crea")
        words.callingOff = set("cancela cancelar aplaza aplazar pospon posponer mueve")
        words.aheads = set("para hasta")
        words.coming = set("proximo viene siguiente proxima")
        words.articles = set("el la los las este dia pasado ultimo")
        words.ons = set("en a al del de desde el la")
        words.records = set(
            "foto fotos imagen imagenes correo correos mail mails email emails mensaje mensajes noticias factura facturas "
                + "recibo recibos grabaciones gastos transacciones capturas")
        words.lookUps = set("encuentra busca muestra muestrame lista lee dame abre que cuales ensename buscar")
        words.froms = set("del de")
        words.behinds = set("despues tras antes entre")
        words.onwards = set("en hasta")
        words.courtesies = set("por favor puedes")
        words.conjunctions = set("porque aunque pues")
        words.joins = set("y pero luego")
        return words
    }()

    private static let chinese: PastWords = {
        var words = PastWords()
        words.phrases = set(
            "曾 当时 发生 赢了 输了 吃了 喝了 花了 买了 卖了 发了 说了 做了 去了 下了 看了 睡了 跑了 走了 打了 收到 写了 拍了 见了 得了 "
                + "涨了 跌了 降了 赚了 干了 用了 响了 了多少 了几 了什么 了吗 去过 吃过 买过 来过 见过 做过 下过 打过 看过 过谁")
        words.phrasesBehind = set("邮件 照片 图片 新闻 消息 短信 账单 记录 通话 录音 截图 发票 收据 日志 信息")
        words.untilNow = set("以来 至今 到现在 到今天为止 到目前")
        words.plans = set(
            "提醒 闹钟 闹铃 预订 预定 预约 订 安排 设 计划 打算 准备 别忘 忘了 将 如果 要是 约 取消 推迟 改到 延到 叫醒 叫我 定个 定一个 想要 请帮我发 快到了")
        words.callingOff = []
        words.conjunctions = []
        return words
    }()
}
