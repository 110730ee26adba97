import ChildProcesses
import Documents
import Foundation
import Testing

/// The edges that docs/architecture.md allows: a target may import what stands
/// beside it and nothing else.
private let allowed: [String: Set<String>] = [
  "CurlShim": ["CLibCurl"],
  "GitShim": ["CLibGit2"],
  "Documents": [],
  "Failures": [],
  "AuditLog": [],
  "NSXModel": ["Documents", "Failures"],
  "AntreaModel": ["Documents", "Failures"],
  "Translation": ["NSXModel", "AntreaModel", "Documents", "Failures"],
  "Rendering": ["Translation", "NSXModel", "AntreaModel", "Documents", "Failures"],
  "Planning": ["AntreaModel", "Documents", "Failures"],
  "Inventory": ["AntreaModel", "Documents", "Failures"],
  "Importing": ["NSXModel", "AntreaModel", "Documents", "Failures"],
  "Observation": ["AntreaModel", "Documents", "Failures"],
  "Reporting": [
    "Planning", "Reachability", "Observation", "AntreaModel", "Documents", "Failures",
  ],
  "Reachability": ["NSXModel", "AntreaModel", "Documents", "Failures"],
  "Archive": ["CZlib", "Failures"],
  "YAMLCoding": ["CLibYAML", "Documents", "Failures"],
  "HTTPTransport": ["CurlShim", "CLibCurl", "Documents", "Failures"],
  "NSXClient": ["HTTPTransport", "Documents", "Failures"],
  "KubernetesClient": ["HTTPTransport", "YAMLCoding", "AntreaModel", "Documents", "Failures"],
  "GitRepository": ["GitShim", "CLibGit2", "CZlib", "Documents", "Failures"],
  "Workflow": [
    "NSXModel", "AntreaModel", "Translation", "Rendering", "Planning", "Inventory",
    "Archive", "AuditLog", "Importing", "Reachability", "Observation", "Reporting", "YAMLCoding",
    "HTTPTransport",
    "NSXClient", "KubernetesClient",
    "GitRepository", "Documents",
    "Failures", "Logging",
  ],
  "Commands": ["Workflow", "Failures", "Documents", "ArgumentParser"],
  "nsx-antrea": ["Commands"],
  "Sandbox": [
    "Reachability", "AntreaModel", "Archive", "Documents", "Failures", "YAMLCoding", "NIOCore",
    "NIOPosix", "NIOHTTP1", "NIOSSL", "X509", "Crypto", "SwiftASN1",
  ],
  "nsx-antrea-sandbox": ["Sandbox", "Documents", "Failures", "ArgumentParser"],
  "ChildProcesses": [],
  "nsx-antrea-bench": [
    "AuditLog", "Documents", "NSXModel", "AntreaModel", "Translation", "Reachability",
  ],
]

/// Modules of the platform, which every target may import; the pure ones may
/// not import those that reach outside.
private let platform: Set<String> = [
  "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization",
]
private let pure: Set<String> = [
  "AuditLog", "Documents", "Failures", "NSXModel", "AntreaModel", "Translation", "Rendering",
  "Planning",
  "Inventory", "Importing", "Observation", "Reporting", "Reachability",
]

private var root: String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}

private func imports(of target: String) throws -> [(file: String, module: String)] {
  let folder = "\(root)/Sources/\(target)"
  let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
  return try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
    try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(separator: "\n")
      .compactMap { line -> (String, String)? in
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
          first.hasPrefix("@") || first == "public" || first == "internal"
        {
          words.removeFirst()
        }
        guard words.count >= 2, words[0] == "import" else { return nil }
        let kinds = ["struct", "func", "class", "enum", "protocol", "var", "let", "typealias"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return (file, String(name.split(separator: ".")[0]))
      }
  }
}

@Suite("The target graph")
struct TargetGraphTests {
  @Test("sources import only what the architecture allows", arguments: allowed.keys.sorted())
  func importsAreAllowed(target: String) throws {
    for (file, module) in try imports(of: target) where !platform.contains(module) {
      #expect(
        allowed[target]?.contains(module) == true,
        "Sources/\(target)/\(file) imports \(module)")
    }
  }

  @Test("pure targets do not import Foundation or the C library", arguments: pure.sorted())
  func pureTargetsArePure(target: String) throws {
    for (file, module) in try imports(of: target) {
      #expect(
        !["Foundation", "Glibc", "Dispatch"].contains(module),
        "Sources/\(target)/\(file) imports \(module)")
    }
  }

  @Test("the package description declares no other edge")
  func packageDeclaresNoOtherEdge() throws {
    // A scratch folder of its own: the running `swift test` holds the lock of the other.
    let scratch = FileManager.default.temporaryDirectory.path + "/nsx-antrea-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let run = try ProgramRun.blocking([
      "swift", "package", "--package-path", root, "--scratch-path", scratch, "dump-package",
    ])
    let bytes = Array(run.output.utf8)
    let package = try JSONValue(json: bytes)
    let targets = try #require(package["targets"]?.array)
    var seen: Set<String> = []
    for target in targets where ["regular", "executable"].contains(target["type"]?.string) {
      let name = try #require(target["name"]?.string)
      seen.insert(name)
      let edges = target["dependencies"]?.array?.compactMap { dependency in
        (dependency["byName"] ?? dependency["product"] ?? dependency["target"])?.array?.first?
          .string
      }
      let permitted = try #require(allowed[name], "docs/architecture.md does not know \(name)")
      #expect(Set(edges ?? []).subtracting(permitted) == [], "of \(name)")
    }
    #expect(seen == Set(allowed.keys))
  }
}
