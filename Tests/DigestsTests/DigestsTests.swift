import Digests
import Documents
import Testing

@Suite struct DigestsTests {
    /// FIPS 180-4's examples, and the empty text.
    static let known = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: known) func sha256(_ text: String, digits: String) {
        var hash = SHA256()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        #expect(hash.hexadecimal() == digits)
    }

    @Test(arguments: known) func piecesAreAsTheWhole(_ text: String, digits: String) {
        var hash = SHA256()
        for byte in text.utf8 { [byte].withUnsafeBytes { hash.update($0) } }
        #expect(hash.hexadecimal() == digits)
    }

    @Test func fingerprintsAreHalfADigest() {
        let print = Fingerprint(of: Array("abc".utf8))
        #expect(print.text == "ba7816bf8f01cfea414140de5dae2223")
        #expect(Fingerprint(of: ["a": 1, "b": 2] as JSONValue) != Fingerprint(of: ["b": 2, "a": 1] as JSONValue))
        #expect(Fingerprint(of: [print, print]) != Fingerprint(of: [print]))
    }

    @Test func digestsOfTexts() {
        #expect(TextDigest("abc").bytes.count == TextDigest.byteCount)
        #expect(TextDigest("abc") == TextDigest(stored: TextDigest("abc").bytes))
        #expect(TextDigest("abc") != TextDigest("abd"))
    }
}
