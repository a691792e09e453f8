/// Words of texts and queries: runs of letters and digits of ASCII in lower case; what is joined by
/// hyphens, underscores or dots counts as a whole and in its parts.
enum SearchWords {
    /// The words of a text, each once, in order.
    static func of(_ text: some StringProtocol) -> [String] {
        var out: [String] = []
        var seen: Set<String> = []
        func add(_ octets: some Sequence<UInt8>) {
            let word = String(decoding: Array(octets), as: UTF8.self)
            if !word.isEmpty, seen.insert(word).inserted { out.append(word) }
        }
        var compound: [UInt8] = []
        func flush() {
            while let last = compound.last, isJoint(last) { compound.removeLast() }
            while let first = compound.first, isJoint(first) { compound.removeFirst() }
            if compound.contains(where: isJoint) {
                add(compound.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 })
            }
            for part in compound.split(whereSeparator: isJoint) { add(part) }
            compound = []
        }
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): compound.append(octet)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): compound.append(octet | 0x20)
            case _ where isJoint(octet): compound.append(octet)
            default: flush()
            }
        }
        flush()
        return out
    }

    private static func isJoint(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_") || octet == UInt8(ascii: ".")
    }
}

/// How well a page fits a query.
enum SearchIndex {
    /// Words that say nothing.
    private static let idle: Set<String> = [
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "cannot", "does", "error", "event", "for",
        "from", "has", "have",
        "i", "in", "is", "it", "its", "no", "not", "of", "on", "or", "that", "the", "there", "this", "to", "was",
        "what",
        "when", "which", "why", "with",
    ]

    static func score(_ rule: RuleDocumentation, _ words: some Collection<String>) -> Int {
        var score = 0
        let slug = SearchWords.of(rule.slug.description)
        let title = SearchWords.of(rule.title.description)
        let text = Set(
            SearchWords.of(rule.meaning.description) + SearchWords.of(rule.evidence.description)
                + rule.causes.flatMap { SearchWords.of($0.text.description) }
                + rule.seedRows.flatMap { SearchWords.of($0.row.description) })
        for word in words {
            if word == rule.slug.description { score += 1000 }
            if let number = Int(word), let place = rule.eventIDs.firstIndex(of: number) {
                score += 60 - min(place, 3) * 10
            }
            score += weight(word, id: slug, title: title, text: text)
        }
        return score
    }

    static func score(_ topic: ExplainTopic, _ words: some Collection<String>) -> Int {
        var score = 0
        let id = SearchWords.of(topic.id.description)
        let title = SearchWords.of(topic.title.description) + topic.keywords.flatMap { SearchWords.of($0.description) }
        let text = Set(
            topic.body.flatMap { SearchWords.of($0.description) }
                + topic.seedRows.flatMap { SearchWords.of($0.row.description) })
        for word in words {
            if word == topic.id.description { score += 1000 }
            if let number = number(word) {
                switch topic.kind {
                case .event(let id) where id == Int(number): score += 500
                case .kerberosError(let code) where Int64(code) == number: score += 400
                case .ntStatus(let status) where Int64(status) == number: score += 500
                default: break
                }
            }
            if let status = hexadecimal(word), case .ntStatus(status) = topic.kind { score += 500 }
            score += weight(word, id: id, title: title, text: text)
        }
        return score
    }

    private static func weight(_ word: String, id: [String], title: [String], text: Set<String>) -> Int {
        if idle.contains(word) { return 0 }
        if id.contains(word) { return 40 }
        if title.contains(word) { return 25 }
        // A beginning of a longer word counts for less: "licens" finds "licence" only by its table.
        if word.utf8.count >= 4,
            id.contains(where: { $0.hasPrefix(word) }) || title.contains(where: { $0.hasPrefix(word) })
        {
            return 12
        }
        return text.contains(word) ? 5 : 0
    }

    /// A decimal number.
    private static func number(_ word: String) -> Int64? { Int64(word) }

    /// `0xc00000bb` or eight hexadecimal digits of an error status.
    private static func hexadecimal(_ word: String) -> UInt32? {
        if word.hasPrefix("0x") { return UInt32(word.dropFirst(2), radix: 16) }
        return word.utf8.count == 8 && word.hasPrefix("c") ? UInt32(word, radix: 16) : nil
    }
}
