/// Words that show in which language a sentence is: the commonest of each, and those that requests to an assistant use.
enum CommonWords {
    /// A language, or one of those that nothing here reads but that must not be taken for one that it does.
    enum Tongue: Hashable {
        case known(SpokenLanguage)
        case dutch, italian, portuguese, nordic, polish, turkish, indonesian
    }

    /// Languages of each word.
    static let tongues: [String: Set<Tongue>] = {
        var tongues: [String: Set<Tongue>] = [:]
        for (tongue, text) in words {
            for word in text.split(whereSeparator: \.isWhitespace) { tongues[String(word), default: []].insert(tongue) }
        }
        return tongues
    }()

    /// Letters that one of the languages has and the others hardly.
    static let letters: [Character: Tongue] = {
        var letters: [Character: Tongue] = [:]
        for (tongue, text) in [
            (Tongue.known(.german), "äöüß"), (.known(.spanish), "ñ¿¡"), (.known(.french), "çèêœùâî"),
            (.portuguese, "ãõ"), (.nordic, "åøæ"), (.polish, "ąęłśżźć"), (.turkish, "ğış"),
        ] {
            for letter in text { letters[letter] = tongue }
        }
        return letters
    }()

    private static let words: [(Tongue, String)] = [
        (
            .known(.english),
            """
            a about add after all also am an and any are as at back be been before bit book brighter but by call can \
            cancel change check close colder could create cut dim dimmer do does down drive find fewer for from get give go \
            goes going good had has have he hello help her here hey him his hot how i if in into is it its it's just last \
            later less let let's light lights like list little long lot louder lower make many may me message minutes more \
            most much music must my need new next no not now of off ok on one open or order our out over pause per play \
            please put quieter raise remind remove right room said say search see send set she should show shut skip so \
            some start stop switch take tell than thank thanks that that's the their them then there these they this time \
            timer to today tomorrow tonight too turn up us use using volume wake want was way we were what what's when \
            where which while who why will with would yes yesterday you your one two three four five six seven eight nine ten             eleven twelve fifteen twenty thirty forty fifty hour hours minute seconds half past quarter noon morning evening
            """
        ),
        (
            .known(.german),
            """
            ab aber alle als am an auf aus bei bin bis bist bitte brauche da dann das dass dein deine dem den denn der des \
            die dich dir doch du ein eine einen einem einer eines er es etwas für ganz gib gibt hab habe haben halt heute \
            hier ich ihm ihn ihr im in ist ja jetzt kann kannst kein keine keinen küche leiser licht lauter lampe lass \
            mach mache machen mal mehr mein meine meinen mich mir mit morgen nach nicht nichts noch nun nur oder ohne \
            rot blau sage sagen schalte schlafzimmer schließe schon sehr sei sein sie sind so spiel spiele stell stelle \
            über uhr um und uns unter vom von vor wann war warum was wecke weniger wenn wer werden wie wieder wird wo \
            wohnzimmer zu zum zur zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig minuten stunde stunden
            """
        ),
        (
            .known(.french),
            """
            à afin ai allume alors appelle après arrête au aucun aujourd'hui aussi aux avec avoir baisse bien bonjour ça ce \
            cela ces cette chambre chez comme comment coupe cuisine dans de demain des du elle elles en encore est et \
            étage éteins être eux fais fait faut ferme il ils je joue jour jusqu l la là le les leur leurs lui lumière ma \
            mais me merci mes mets mettre minutes moi moins mon musique ne nos notre nous on ou où ouvre pas peu peux \
            plaît plus pour pouvez qu quand que quel quelle qui règle réveille s sa salon sans se ses si soir son sont \
            sur ta te tes ton toujours toutes tous tout très tu un une va veux voici vos votre vous y deux trois quatre cinq \
            sept huit neuf dix heure heures
            """
        ),
        (
            .known(.spanish),
            """
            a abre ahora al algo apaga aquí así aún ayer baja bien cada casa cierra cocina como cómo con cuál cuando cuándo \
            cuánto de del desde despiértame dime donde dónde dormitorio el él ella ellos en enciende entre es esa ese eso \
            esta está este esto gracias ha hace hacia hasta hay hola hoy la las le les llama lo los luces luz luego mañana \
            más me mi minutos mis mucho música muy nada ni no nos o otra otro para pero poco pon ponme por porque puedes qué \
            que quiero quién sala se sea ser si sí sin sobre son su sube sus también te tengo tiene toca todo todos tu tus \
            un una uno y ya yo dos tres cuatro cinco seis siete ocho nueve diez hora horas
            """
        ),
        (
            .dutch,
            """
            aan als bent bij dat de deze die dit doe een en ga graag heb het hoe ik in is je kan keuken kun maak maar me \
            met mij mijn naar niet nog nu om op of over slaapkamer te toe tot uit van veel voor waar wat we wel wil woonkamer \
            zet zijn
            """
        ),
        (
            .italian,
            """
            accendi al alla alle anche apri che chi chiudi ci come con cosa cucina da dal dalla dei del della delle di dimmi \
            dove e è gli i il in io la le lo luci luce ma mette metti mi mia mio nel nella non ogni per perché più poi puoi \
            quale quando questo questa se si sono spegni su sul sulla sveglia tra tu un una voglio
            """
        ),
        (
            .portuguese,
            """
            a abra acenda ao aos apague as até com como cozinha da das de desligue do dos e é ela ele em essa esse está eu \
            fecha há isso ligue luz luzes mais mas me meu minha na não nas no nos o os ou para pela pelo por quarto que \
            quero sala são se seu sua toque um uma você
            """
        ),
        (
            .nordic,
            """
            af alt att av de den der det du eller en er et ett från för fra går ha har hur i ikke inte jag jeg kan köket \
            køkkenet kjøkkenet lyset med men mig min mit och og om på sätt sæt skru skal slå släck som stäng sluk till til \
            tænd tänd upp ut var vad vil
            """
        ),
        (
            .polish,
            """
            czy dla do gdzie i ile jak jest jutro kuchni mi mnie na nie o od po proszę się światło są ta ten to w włącz \
            wyłącz z za zgaś że
            """
        ),
        (
            .turkish,
            """
            aç bana ben beni bir bu çok da daha de değil evet için ile ışığı ışıkları kadar kapat lütfen mı mi mutfak \
            mutfaktaki nasıl ne o oda saat sabah var ve yarın
            """
        ),
        (
            .indonesian,
            """
            ada aku atau bangunkan dan dapur dari dengan di ini itu jam ke lampu matikan nyalakan pada saya untuk yang
            """
        ),
    ]
}
