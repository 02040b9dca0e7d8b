import Testing
import Tokenization

@Suite struct NormalizationTests {
    /// UAX #15, and where other implementations differ.
    static let composed: [([UInt32], [UInt32])] = [
        ([0x65, 0x301], [0xE9]),
        ([0x212B], [0xC5]),  // a singleton
        ([0x958], [0x915, 0x93C]),  // excluded from composition
        ([0x61, 0x327, 0x323, 0x301], [0x1EA1, 0x327, 0x301]),  // marks are put in order, the lower composes
        ([0x61, 0x323, 0x323], [0x1EA1, 0x323]),
        ([0x61, 0x345, 0x301], [0xE1, 0x345]),
        ([0x1100, 0x1161, 0x11A8], [0xAC01]),
        ([0xAC00, 0x11A7], [0xAC00, 0x11A7]),  // U+11A7 is no trailing consonant
        ([0xAC01, 0x11A8], [0xAC01, 0x11A8]),
        ([0x9C7, 0x9BE], [0x9CB]),  // two of combining class 0
        ([0x301, 0x65], [0x301, 0x65]),
        ([0x71, 0x345, 0xF75], [0x71, 0xF71, 0xF74, 0x345]),
        ([0x10041, 0x301], [0x10041, 0x301]),  // not the A of U+0041
        ([0x11099, 0x110BA], [0x1109A]),  // beyond the basic plane
        ([0x71, 0x898, 0x334], [0x71, 0x898, 0x334]),  // U+0898 is younger than the models' Unicode: no mark to them
    ]

    @Test(arguments: composed) func composes(_ scalars: [UInt32], expected: [UInt32]) {
        let text = String(String.UnicodeScalarView(scalars.compactMap(Unicode.Scalar.init)))
        #expect(Normalization.composed(text).unicodeScalars.map(\.value) == expected)
    }
}
