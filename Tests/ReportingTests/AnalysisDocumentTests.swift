import ByteParsing
import CaptureFile
import Dissectors
import Pipeline
import Reporting
import Testing

@Suite struct AnalysisDocumentTests {
    static func text(_ result: AnalysisResult) -> String {
        let document = AnalysisDocument(result)
        var octets: [UInt8] = []
        let bytes = document.bytes
        for index in 0..<bytes.byteCount { octets.append(bytes.u8(index)) }
        return String(decoding: octets, as: UTF8.self)
    }

    @Test func conformsToItsSchema() throws {
        let empty = AnalysisResult(names: NameTable())
        let documents = [
            Self.text(empty),
            Self.text(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225)),
            Self.text(StoryBuilder().result(httpStatus: 200)),
            Self.text(StoryBuilder().result(httpStatus: 401)),
        ]
        #expect(try SchemaCheck.complaints(of: documents, against: OutputSchema.analysis) == "")
    }

    @Test func schemaRejectsEveryMutation() throws {
        for document in [
            Self.text(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225)),
            Self.text(StoryBuilder().result(httpStatus: 401)),
        ] {
            #expect(try SchemaCheck.survivors(of: document, against: OutputSchema.analysis) == "")
        }
    }

    @Test func hostileNamesStayData() throws {
        var documents: [String] = []
        for name in HostileNames.all {
            let document = Self.text(
                StoryBuilder().result(user: name, service: "http/" + name, capture: name, target: name, proxyCode: 13))
            #expect(
                document.unicodeScalars.allSatisfy {
                    $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
                })
            documents.append(document)
        }
        #expect(try SchemaCheck.complaints(of: documents, against: OutputSchema.analysis) == "")
    }

    @Test func faultsAndOmissionsAreTold() throws {
        var result = StoryBuilder().result(proxyCode: 13)
        result.isComplete = false
        result.omittedExchanges = 12
        result.faults = [
            AnalysisFault(
                CaptureFault(kind: .truncated, offset: 4096, frame: 6, message: "ends in the middle of a record"),
                capture: 0)
        ]
        let document = Self.text(result)
        #expect(document.contains("\"complete\": false"))
        #expect(document.contains("\"kind\": \"truncated\""))
        #expect(document.contains("\"kerberos_exchanges\": 12"))
        #expect(try SchemaCheck.complaints(of: [document], against: OutputSchema.analysis) == "")
    }
}
