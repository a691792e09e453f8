// swift-tools-version: 6.2
import PackageDescription

// Every product target is compiled the same way: Swift 6 language mode, strict memory safety
// and warnings as errors. `Lifetimes` lets `~Escapable` views borrow a capture buffer.
let productSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

// Tests may build hostile bytes in any way they like, so strict memory safety stays off.
let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

func layer(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil,
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path ?? "Sources/\(name)",
        resources: resources, swiftSettings: productSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: testSettings)
}

let package = Package(
    name: "kcdtrace",
    products: [.executable(name: "kcdtrace", targets: ["kcdtrace"])],
    targets: [
        // System libraries: a module map each, and a thin wrapper with a safe face.
        .systemLibrary(name: "CPcap", path: "Sources/System/CPcap", pkgConfig: "libpcap"),
        .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CZstd", path: "Sources/System/CZstd", pkgConfig: "libzstd"),
        .systemLibrary(name: "CPrefetch", path: "Sources/System/CPrefetch"),
        .systemLibrary(name: "CCrypto", path: "Sources/System/CCrypto", pkgConfig: "libcrypto"),
        layer("Pcap", ["ByteParsing", "CPcap"], path: "Sources/System/Pcap"),
        layer("Compression", ["ByteParsing", "CZlib", "CZstd"], path: "Sources/System/Compression"),
        layer("Digests", ["ByteParsing", "CCrypto"], path: "Sources/System/Digests"),
        layer("Platform", ["ByteParsing"], path: "Sources/System/Platform"),

        // The layers, ground to top. Arrows run one way; `make lint` checks them.
        layer("ByteParsing", ["CPrefetch"]),
        layer("PacketModel", ["ByteParsing"]),
        layer("CaptureFile", ["ByteParsing", "PacketModel", "Pcap", "Compression", "Platform"]),
        layer("Dissectors", ["ByteParsing", "PacketModel", "Digests"]),
        layer("Flows", ["ByteParsing", "PacketModel", "CaptureFile", "Dissectors"]),
        layer("Exchanges", ["ByteParsing", "PacketModel", "Dissectors", "Digests", "Flows"]),
        layer("Diagnosis", ["ByteParsing", "PacketModel", "Digests", "Dissectors", "Flows", "Exchanges"]),
        layer(
            "Pipeline", ["ByteParsing", "PacketModel", "CaptureFile", "Dissectors", "Flows", "Exchanges", "Diagnosis"]),
        layer(
            "Reporting",
            [
                "ByteParsing", "PacketModel", "CaptureFile", "Dissectors", "Digests", "Flows", "Exchanges", "Diagnosis",
                "Pipeline",
            ],
            resources: [
                .embedInCode("Resources/analysis.schema.json"), .embedInCode("Resources/message.schema.json"),
                .embedInCode("Resources/info.schema.json"),
                .embedInCode("Resources/verification.schema.json"), .embedInCode("Resources/expectation.schema.json"),
            ]),
        layer(
            "Verification",
            [
                "ByteParsing", "PacketModel", "CaptureFile", "Platform", "Dissectors", "Exchanges", "Diagnosis",
                "Pipeline",
                "Reporting",
            ]),
        // Runs the stages of the pipeline one by one, to measure them; no part of the product.
        .executableTarget(
            name: "Stages",
            dependencies: ["PacketModel", "CaptureFile", "Dissectors", "Flows", "Exchanges", "Pipeline", "Platform"],
            path: "Benchmarks/Stages", swiftSettings: productSettings),
        .executableTarget(
            name: "kcdtrace",
            dependencies: [
                "Verification", "ByteParsing", "PacketModel", "CaptureFile", "Dissectors", "Exchanges", "Diagnosis",
                "Pipeline",
                "Reporting", "Platform", "Pcap",
            ],
            path: "Sources/kcdtrace", swiftSettings: productSettings),
        tests("ByteParsingTests", ["ByteParsing"]),
        tests("CaptureFileTests", ["PacketModel", "CaptureFile", "ByteParsing", "Platform", "Compression"]),
        tests("SystemTests", ["Digests", "PacketModel", "CaptureFile", "ByteParsing", "Platform", "Pcap"]),
        tests("DissectorsTests", ["ByteParsing", "PacketModel", "CaptureFile", "Digests", "Dissectors"]),
        tests(
            "DiagnosisTests",
            ["PacketModel", "CaptureFile", "Digests", "Dissectors", "Flows", "Exchanges", "Diagnosis"]),
        tests(
            "ReportingTests",
            [
                "ByteParsing", "PacketModel", "CaptureFile", "Digests", "Dissectors", "Flows", "Exchanges", "Diagnosis",
                "Pipeline",
                "Reporting",
            ], exclude: ["Goldens"]),
        tests(
            "PipelineTests",
            [
                "ByteParsing", "PacketModel", "CaptureFile", "Platform", "Digests", "Dissectors", "Flows", "Exchanges",
                "Diagnosis",
                "Pipeline",
                "Reporting",
            ]),
        tests("VerificationTests", ["Verification"]),
        tests("CommandLineTests", ["kcdtrace"]),
    ]
)
