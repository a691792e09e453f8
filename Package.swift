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

/// What tests of the way from packets to reports may use.
let pipeline: [Target.Dependency] = [
    "TestSupport", "ByteParsing", "Collections", "PacketModel", "CaptureFile", "Platform", "Digests", "Dissectors",
    "Flows",
    "Exchanges",
    "Diagnosis", "Pipeline", "Reporting",
]

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
        layer("Digests", ["ByteParsing", "Collections", "CCrypto"], path: "Sources/System/Digests"),
        layer("Platform", ["ByteParsing"], path: "Sources/System/Platform"),

        // The layers, ground to top. Arrows run one way; `make lint` checks them.
        layer("ByteParsing", ["CPrefetch"]),
        layer("Collections", ["ByteParsing"]),
        layer("PacketModel", ["ByteParsing", "Collections"]),
        layer("CaptureFile", ["ByteParsing", "Collections", "PacketModel", "Pcap", "Compression", "Platform"]),
        layer(
            "Dissectors", ["ByteParsing", "Collections", "PacketModel", "Digests"],
            resources: [
                .embedInCode("Kerberos/kerberos.schema.json"), .embedInCode("HTTP/http.schema.json"),
                .embedInCode("Proxy/proxy.schema.json"),
            ]),
        layer("Flows", ["ByteParsing", "Collections", "PacketModel", "CaptureFile", "Dissectors"]),
        layer("Exchanges", ["ByteParsing", "Collections", "PacketModel", "Dissectors", "Digests", "Flows"]),
        layer(
            "Diagnosis", ["ByteParsing", "Collections", "PacketModel", "Digests", "Dissectors", "Flows", "Exchanges"]),
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
        tests("CollectionsTests", ["ByteParsing", "Collections"]),
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
        // What several test targets build packets and compare results with.
        .target(
            name: "TestSupport",
            dependencies: [
                "ByteParsing", "PacketModel", "CaptureFile", "Platform", "Dissectors", "Flows", "Exchanges",
                "Diagnosis",
                "Pipeline", "Reporting",
            ],
            path: "Tests/TestSupport", swiftSettings: testSettings),
        tests("FlowsTests", pipeline),
        tests("ExchangesTests", pipeline),
        tests("PipelineTests", pipeline),
        // Protocols that the program does not have, added from outside.
        tests("ModuleTests", pipeline + ["Verification"]),
        tests("VerificationTests", ["Verification"]),
        tests("CommandLineTests", ["kcdtrace"]),
    ]
)
