import PacketModel
import ByteParsing
@testable import Dissectors

// What `DERReader` reads where it is called, against what its functions for any form read. Fuzzed, too.

/// The first element of some octets, at any depth, that is read in two ways; nil where there is none.
func differenceOfForms(_ octets: [UInt8]) -> String? {
    let der = DERReader(octets.rawBytes)
    for isWhole in [false, true] {
        // Levels that wait, in place of recursion: nesting may be deep.
        var waiting = [der.outermost(isWhole: isWhole)]
        while let level = waiting.popLast() {
            if let difference = differenceOfForms(der, level, &waiting) { return difference }
        }
    }
    return nil
}

private func differenceOfForms(_ der: borrowing DERReader, _ level: DERLevel, _ waiting: inout [DERLevel]) -> String? {
    var level = level
    while true {
        let before = level
        var element: DERElement?
        let found = outcome { () throws(ParseFault) in
            element = try der.next(&level)
            return element.map { "\(words($0)), then \(level.position)" } ?? "end"
        }
        let expected = outcome { () throws(ParseFault) in
            guard let found = try der.nextOfAnyForm(before) else { return "end" }
            let element = DERElement(
                tag: found.tag, offset: before.position, contentOffset: found.contentOffset,
                contentEnd: found.contentEnd, missing: found.missing, depth: before.depth)
            return "\(words(element)), then \(found.next)"
        }
        if found != expected { return "\(found), not \(expected)" }
        guard let element else { return nil }
        if let difference = differenceOfValues(der, element) { return difference }
        if let inside = try? der.children(element) { waiting.append(inside) }
        if !element.tag.isConstructed, let inside = try? der.encapsulated(element) { waiting.append(inside) }
    }
}

private func differenceOfValues(_ der: borrowing DERReader, _ field: DERElement) -> String? {
    // Deeper than any field of a message stands.
    if field.depth > DERReader.maximumDepth / 2 { return nil }
    let pairs: [(String, String)] = [
        (
            outcome { () throws(ParseFault) in words(try der.value(field, DERIdentifier.octetString)) },
            outcome { () throws(ParseFault) in words(try der.inner(field)) }
        ),
        (
            outcome { () throws(ParseFault) in words(try der.value(field, DERIdentifier.sequence)) },
            outcome { () throws(ParseFault) in words(try der.inner(field)) }
        ),
        (
            outcome { () throws(ParseFault) in "\(try der.integerValue(field))" },
            outcome { () throws(ParseFault) in "\(try der.integer(try der.inner(field)))" }
        ),
        (
            outcome { () throws(ParseFault) in "\(try der.int32Value(field))" },
            outcome { () throws(ParseFault) in "\(try der.int32(try der.inner(field)))" }
        ),
        (
            outcome { () throws(ParseFault) in "\(try der.int32(field))" },
            outcome { () throws(ParseFault) in
                let value = try der.integer(field)
                guard value >= Int64(Int32.min), value <= Int64(UInt32.max) else {
                    throw ParseFault(.malformed, at: field.offset)
                }
                return "\(Int32(truncatingIfNeeded: value))"
            }
        ),
        (
            outcome { () throws(ParseFault) in "\(try der.bits32Value(field))" },
            outcome { () throws(ParseFault) in "\(try der.bits32(try der.inner(field)))" }
        ),
        (
            outcome { () throws(ParseFault) in octets(try der.textValue(field)) },
            outcome { () throws(ParseFault) in octets(try der.text(try der.inner(field))) }
        ),
        (
            outcome { () throws(ParseFault) in "\(try der.sequenceValue(field))" },
            outcome { () throws(ParseFault) in "\(try der.sequence(try der.inner(field)))" }
        ),
    ]
    for (found, expected) in pairs where found != expected { return "value: \(found), not \(expected)" }
    return nil
}

private func words(_ element: DERElement) -> String {
    """
    \(element.tag.bits) at \(element.offset), \(element.contentOffset)..<\(element.contentEnd) of \
    \(element.announcedLength), \(element.isCut), \(element.depth)
    """
}

private func octets(_ span: RawSpan) -> String { (0..<span.byteCount).map { "\(span.u8($0))" }.joined(separator: " ") }

private func outcome(_ read: () throws(ParseFault) -> String) -> String {
    do throws(ParseFault) {
        return try read()
    } catch {
        return "\(error.kind) at \(error.offset)"
    }
}
