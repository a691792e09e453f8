// What targets claim of the product. A claim that does not hold ends the run, and libFuzzer keeps the input.

/// Ends the run with words where something does not hold; `precondition` says none in an optimised build.
func claim(_ holds: Bool, _ words: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line) {
    if !holds { fatalError(words(), file: file, line: line) }
}

/// Claims that two things are the same, and shows where they part.
func claimSame<Value: Equatable>(
    _ one: Value, _ other: Value, _ words: String, file: StaticString = #fileID, line: UInt = #line
) {
    if one == other { return }
    let (left, right) = (Array(String(describing: one).unicodeScalars), Array(String(describing: other).unicodeScalars))
    let place = zip(left, right).prefix { $0 == $1 }.count
    func around(_ text: [Unicode.Scalar]) -> String {
        let part = text[max(0, min(place, text.count) - 80)..<min(text.count, place + 80)]
        return String(String.UnicodeScalarView(part)).debugDescription
    }
    fatalError("\(words): \(around(left)) or \(around(right))", file: file, line: line)
}

/// Whether a scalar is shown as itself and nothing else: no control, nothing invisible, nothing that turns the order of
/// the rest.
/// By the properties of Unicode, not by the product's own table.
func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: return false
    default: return !scalar.properties.isDefaultIgnorableCodePoint && !(0xFFF9...0xFFFB).contains(scalar.value)
    }
}

/// Claims that a text for people holds nothing but what can be seen, and line breaks.
func claimPlain(_ text: String, _ what: String) {
    for scalar in text.unicodeScalars where scalar != "\n" && !isPlain(scalar) {
        fatalError("\(what) holds U+\(String(scalar.value, radix: 16, uppercase: true))")
    }
}

/// Claims that octets are one JSON value as RFC 8259 has it, in UTF-8, and plain.
func claimJSON(_ octets: [UInt8], _ what: String) {
    guard let text = String(validating: octets, as: UTF8.self) else { fatalError("\(what) is not UTF-8") }
    claimPlain(text, what)
    claim(StrictJSON.isValid(octets), "\(what) is not JSON: \(text.suffix(2000))")
}
