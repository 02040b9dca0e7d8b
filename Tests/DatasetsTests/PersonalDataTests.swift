import Datasets
import Testing

@Suite struct PersonalDataTests {
    /// What was said, and what is left of it.
    static let texts: [(String, String)] = [
        ("mail ann@example.com please", "mail <email> please"), ("ann.lee+x@mail.example.co.uk.", "<email>."),
        ("(ann@example.com)", "(<email>)"), ("müller@example.de ruft an", "<email> ruft an"), ("at @home", "at @home"),
        ("a@b", "a@b"), ("发给 wang@example.cn 吧", "发给 <email> 吧"),
        ("call +49 151 23456789 now", "call <phone> now"), ("call +1 (555) 123-4567", "call <phone>"),
        ("ring 555-123-4567", "ring <phone>"), ("ring (555) 123-4567", "ring <phone>"), ("0151/23456789", "<phone>"),
        ("打13812345678", "打<phone>"), ("138 1234 5678", "<phone>"), ("0049 30 123456", "<phone>"),
        ("pay 4111 1111 1111 1111", "pay <card>"), ("4111-1111-1111-1111 it is", "<card> it is"),
        ("4111111111111111", "<card>"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"), ("378282246310005", "<card>"),
        ("to DE89 3704 0044 0532 0130 00 today", "to <iban> today"), ("GB82WEST12345698765432", "<iban>"),
        ("de89370400440532013000", "<iban>"), ("DE89 3704 0044 0532 0130 02", "DE89 3704 0044 0532 0130 02"),
        ("wake me at 7:30", "wake me at 7:30"), ("on 2026-11-30", "on 2026-11-30"),
        ("on 01.02.2026 at 10", "on 01.02.2026 at 10"),
        ("set it to 21.5 degrees", "set it to 21.5 degrees"), ("channel 12345678", "channel 12345678"),
        ("room 101 and 102", "room 101 and 102"), ("1,000,000 dollars", "1,000,000 dollars"),
        ("x5551234567", "x5551234567"),
        ("", ""), ("no data here", "no data here"), ("ann@example.com bob@example.com", "<email> <email>"),
        ("+49 30 123456 or ann@example.com", "<phone> or <email>"),
    ]

    @Test(arguments: texts) func masks(_ text: String, masked: String) {
        #expect(PersonalData.masked(text).text == masked)
    }

    @Test("law: what is masked stays as it is", arguments: texts) func isStable(_ text: String, masked: String) {
        let again = PersonalData.masked(masked)
        #expect(again.text == masked && again.found.isEmpty)
    }

    @Test func saysWhatItFound() {
        #expect(PersonalData.masked("a@b.cd, c@d.ef, 4111111111111111").found == [.email, .email, .card])
    }

    @Test("law: no text fails, and letters alone stay", arguments: 0..<200) func bearsAnything(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1, text = ""
        let parts = ["@", ".", " ", "+", "(", ")", "-", "/", "0", "7", "4111", "DE89", "ab", "é", "关"]
        for _ in 0..<(seed % 17) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            text += parts[Int(state >> 33) % parts.count]
        }
        let masked = PersonalData.masked(text)
        #expect(masked.found.isEmpty == (masked.text == text))
    }
}
