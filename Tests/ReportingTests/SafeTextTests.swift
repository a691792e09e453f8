import Dissectors
import Reporting
import Testing

/// What cannot be seen, or changes how the rest is seen, is spelled out; everything else stays.
@Suite struct SafeTextTests {
    @Test(arguments: [
        (0x1B as UInt32, "escape"), (0x85, "next line"), (0x9B, "C1 introducer"), (0x202E, "right-to-left override"),
        (0x200B, "zero-width space"), (0x2028, "line separator"), (0xFEFF, "byte order mark"), (0xE0041, "tag"),
        (0x034F, "grapheme joiner"), (0x115F, "hangul filler of old syllables"), (0x3164, "hangul filler"),
        (0xFFA0, "hangul filler of half width"), (0xFE0F, "variation selector"),
        (0x180B, "mongolian variation selector"),
        (0x17B4, "khmer inherent vowel"), (0x1D173, "musical control"), (0x1BCA0, "shorthand control"),
    ])
    func unseenCharactersAreSpelledOut(_ number: UInt32, _ name: String) throws {
        let scalar = try #require(Unicode.Scalar(number))
        let digits = String(number, radix: 16)
        #expect(SafeText.escaped("a\(scalar)b") == (number < 0x80 ? "a\\x\(digits)b" : "a\\u{\(digits)}b"), "\(name)")
    }

    @Test(arguments: ["plain ~!", "Müller", "Ἀλέξανδρος", "日本語", "한국어", "e\u{301}", "\u{1F600}", "\u{FFFD}"])
    func whatIsSeenStays(_ text: String) { #expect(SafeText.escaped(text) == text) }
}
