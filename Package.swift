// swift-tools-version: 6.1
import PackageDescription

// The target graph is the architecture: see docs/architecture.md. A test
// (ArchitectureTests) reads this description and fails on an edge that the
// document does not allow.

/// Warnings are errors in our own code when `make check` says so.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
  name: "nsx-antrea",
  products: [
    .executable(name: "nsx-antrea", targets: ["nsx-antrea"]),
    .executable(name: "nsx-antrea-sandbox", targets: ["nsx-antrea-sandbox"]),
    .executable(name: "nsx-antrea-bench", targets: ["nsx-antrea-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // System libraries, and the C that Swift cannot import by itself.
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CurlShim", dependencies: ["CLibCurl"]),
    .target(name: "GitShim", dependencies: ["CLibGit2"]),

    // Pure: no network, file, clock or environment.
    .target(
      name: "Documents", swiftSettings: strict,
      // Without Foundation nothing else links the mathematical functions.
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Failures", swiftSettings: strict),
    .target(name: "AuditLog", swiftSettings: strict),
    .target(name: "NSXModel", dependencies: ["Documents", "Failures"], swiftSettings: strict),
    .target(name: "AntreaModel", dependencies: ["Documents", "Failures"], swiftSettings: strict),
    .target(
      name: "Translation", dependencies: ["NSXModel", "AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "Rendering",
      dependencies: ["Translation", "NSXModel", "AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "Planning", dependencies: ["AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "Inventory", dependencies: ["AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "Importing", dependencies: ["NSXModel", "AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "Observation", dependencies: ["AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "Reporting",
      dependencies: [
        "Planning", "Reachability", "Observation", "AntreaModel", "Documents", "Failures",
      ],
      swiftSettings: strict),
    .target(
      name: "Reachability",
      dependencies: ["NSXModel", "AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),

    // I/O.
    .target(name: "Archive", dependencies: ["CZlib", "Failures"], swiftSettings: strict),
    .target(
      name: "YAMLCoding", dependencies: ["CLibYAML", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "HTTPTransport",
      dependencies: ["CurlShim", "CLibCurl", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "NSXClient", dependencies: ["HTTPTransport", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "KubernetesClient",
      dependencies: ["HTTPTransport", "YAMLCoding", "AntreaModel", "Documents", "Failures"],
      swiftSettings: strict),
    .target(
      name: "GitRepository",
      dependencies: ["GitShim", "CLibGit2", "CZlib", "Documents", "Failures"],
      swiftSettings: strict),

    // The tool.
    .target(
      name: "Workflow",
      dependencies: [
        "NSXModel", "AntreaModel", "Translation", "Rendering", "Planning", "Inventory",
        "Archive", "AuditLog", "Importing", "Reachability", "Observation", "Reporting",
        "YAMLCoding",
        "HTTPTransport",
        "NSXClient",
        "KubernetesClient", "GitRepository", "Documents", "Failures",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "Commands",
      dependencies: [
        "Workflow", "Failures", "Documents",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(name: "nsx-antrea", dependencies: ["Commands"], swiftSettings: strict),

    // Apart: the embedded NSX Manager and Kubernetes API.
    .target(
      name: "Sandbox",
      dependencies: [
        "Reachability", "AntreaModel", "Archive", "Documents", "Failures", "YAMLCoding",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "nsx-antrea-sandbox",
      dependencies: [
        "Sandbox", "Documents", "Failures",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "nsx-antrea-bench",
      dependencies: [
        "AuditLog", "Documents", "NSXModel", "AntreaModel", "Translation", "Reachability",
      ],
      swiftSettings: strict),

    // Tests.
    .target(name: "ChildProcesses", path: "Tests/ChildProcesses", swiftSettings: strict),
    .testTarget(
      name: "ArchiveTests", dependencies: ["ChildProcesses", "Archive"], swiftSettings: strict),
    .testTarget(name: "AuditLogTests", dependencies: ["AuditLog"], swiftSettings: strict),
    .testTarget(name: "DocumentsTests", dependencies: ["Documents"], swiftSettings: strict),
    .testTarget(
      name: "TranslationTests",
      dependencies: [
        "Translation", "Rendering", "NSXModel", "AntreaModel", "Documents", "YAMLCoding",
        "Reachability",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReachabilityTests",
      dependencies: ["Reachability", "NSXModel", "AntreaModel", "Documents", "YAMLCoding"],
      swiftSettings: strict),
    .testTarget(
      name: "ImportingTests",
      dependencies: [
        "Importing", "Translation", "Rendering", "Reachability", "NSXModel", "AntreaModel",
        "Documents", "YAMLCoding",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "Planning", "Reporting", "Reachability", "Inventory", "Observation", "AntreaModel",
        "Documents", "Failures",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "YAMLCodingTests", dependencies: ["ChildProcesses", "YAMLCoding", "Documents"],
      swiftSettings: strict),
    .testTarget(
      name: "HTTPTransportTests", dependencies: ["ChildProcesses", "HTTPTransport", "Documents"],
      swiftSettings: strict),
    .testTarget(
      name: "NSXClientTests", dependencies: ["NSXClient", "HTTPTransport", "Documents"],
      swiftSettings: strict),
    .testTarget(
      name: "KubernetesClientTests",
      dependencies: ["KubernetesClient", "HTTPTransport", "Documents"], swiftSettings: strict),
    .testTarget(
      name: "GitRepositoryTests", dependencies: ["ChildProcesses", "GitRepository", "Documents"],
      swiftSettings: strict),
    .testTarget(
      name: "SandboxTests",
      dependencies: ["ChildProcesses", "Sandbox", "Workflow", "Documents", "YAMLCoding"],
      swiftSettings: strict),
    .testTarget(
      name: "ArchitectureTests", dependencies: ["ChildProcesses", "Documents"],
      swiftSettings: strict),
    .testTarget(
      name: "WorkflowTests",
      dependencies: [
        "ChildProcesses", "Archive", "Workflow", "Commands", "Sandbox", "GitRepository",
        "KubernetesClient",
        "NSXClient", "Documents", "Failures", "YAMLCoding", "AntreaModel", "Reachability",
      ],
      swiftSettings: strict),
  ]
)
