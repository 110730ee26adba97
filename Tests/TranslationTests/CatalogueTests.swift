import AntreaModel
import NSXModel
import Testing
import Translation

/// The services that a real NSX Manager has built in, each in a rule of its own.
@Suite struct CatalogueTests {
  /// How many services end how, for rules with an action.
  private func outcomes(_ catalogue: NSXSnapshot, action: String) throws -> [String: Int] {
    var estate = Estate()
    let paths = catalogue.services.keys.sorted()
    for (index, path) in paths.enumerated() {
      let members = #""direction":"IN","services":["\#(path)"]"#
      try estate.policy(
        "p\(index)", number: index + 1, rules: "[\(rule(1, action: action, members))]")
    }
    var snapshot = try estate.snapshot()
    snapshot.services = catalogue.services
    let result = try Translator(snapshot: snapshot).translate(
      cluster: ClusterTarget(name: "prod", selection: .controlPlane("prod")))
    var outcomes: [String: Int] = [:]
    for (index, path) in paths.enumerated() {
      let suffix = "/security-policies/p\(index)"
      let codes = Set(result.findings.filter { $0.path.hasSuffix(suffix) }.map(\.code.rawValue))
      let policies = result.policies.filter {
        $0.policy.metadata.annotations[Ownership.pathAnnotation]?.hasSuffix(suffix) == true
      }
      #expect(codes.isEmpty != policies.isEmpty, "\(path): \(codes)")
      outcomes[codes.isEmpty ? "exact" : codes.sorted().joined(separator: " "), default: 0] += 1
    }
    return outcomes
  }

  @Test func everyServiceIsExactOrRefusedByName() throws {
    guard let bytes = SharedData.read("nsx/np-guard/services.json") else { return }
    let catalogue = try NSXSnapshot(bytes: bytes)
    #expect(catalogue.services.count == 412)
    #expect(try outcomes(catalogue, action: "DROP") == ["exact": 412])
    #expect(try outcomes(catalogue, action: "ALLOW") == ["exact": 388, "alg-service": 24])
    #expect(try outcomes(catalogue, action: "REJECT") == ["exact": 408, "igmp-service": 4])
  }
}
