import SpokenTime
import Testing

/// Sentences of which nothing may be read as a time that is meant.
@Suite struct NoTimesTests {
    static let sentences = [
        // Other numbers
        "open page 7", "read chapter 3 to 5", "channel two to four", "update to version 7.30", "python 3.12 please",
        "call 555-0123", "dial 0171 2345678",
        "room 1205", "bus 12", "it costs $5", "it is 21 degrees", "set it to 30 percent", "brightness 40%",
        "at 21 degrees", "at 30 percent", "turn it up to 11",
        "the score was 3:2", "psalm 23:10", "flight 1130", "version 2.10.3", "192.168.1.1", "add 2 eggs",
        "one to three lamps", "at two lamps", "set it to seven",
        "24/7 support", "channel 5 at volume 7", "row 7 seat 12", "a 5 star hotel", "table for 4 people",
        "7ish would be fine", "5 km run", "25:00", "7:75",
        "2027-13-01", "april 31st", "book it for february 30th", "on 30 Feb 2027", "31.11.2026", "3/4 cup of flour",
        "mix 1/2 cup",
        // Words that mean something else
        "may I ask you something", "you may 2 or 3 times", "march on", "soldiers march 3 miles", "he sat down",
        "the sun is bright", "I wed her", "the second lamp", "a second opinion",
        "wait a minute", "just a second", "a minute please", "a minute detail", "June called", "text May",
        "ask April about August",
        "the weather in march", "the night light",
        // What is not asked for
        "I was born on 3 March 1990", "my 2019 photo", "play Seven Nation Army", "play Friday I'm in Love",
        "watch 28 days later by Boyle", "play 24 hours to live", "play \"Yesterday\" now",
        "play \"Tomorrow Never Dies\" please", "his birthday is on 5 June", "every friday", "on fridays", "not today",
        "mow the lawn every other saturday", "buy 2 second hand chairs", "play something by Sunday Morning Band",
        "twice a week", "60 miles an hour", "play Monday Monday", "I'm 25 years old", "on weekdays",
        "except on Monday",
        // Other languages
        "打开客厅的灯", "声音大一点", "快一点", "打开5号线地图", "三年级的作业", "播放《明天会更好》", "百分之三十", "周杰伦的歌", "一点儿也不好", "24小时便利店在哪里",
        "2026年最后一天", "有一天", "等了半天",
        "过两三天再说吧", "三十二号", "80年代的歌",
        "播放五月天的歌", "第二天性", "温度调到二十六度", "打开三号楼的灯", "十分喜欢", "三点五度", "亮度调高一点", "晚一点再说", "房间号1205",
        "Mach das Licht aus", "Seite 7 öffnen", "Kanal 5", "stell die Heizung auf 21 Grad", "spiel 99 Luftballons",
        "ouvre la page 7", "mets 21 degrés", "la chaîne 5",
        "pon 21 grados", "abre la página 7", "la habitación 12",
    ]

    @Test func readsNothing() {
        #expect(sentencesCount >= 90)
        let read = Self.sentences.compactMap { text -> String? in
            let found = SaidSummary.of(text)
            return found.isEmpty ? nil : "\(text): \(found)"
        }
        #expect(read.isEmpty, "\(read.count) of \(Self.sentences.count) are read: \(read.joined(separator: "\n"))")
    }

    private var sentencesCount: Int { Self.sentences.count }
}
