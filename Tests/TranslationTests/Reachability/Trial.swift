import AntreaModel
import Documents
import NSXModel
import Reachability
import Rendering
import Translation
import YAMLCoding

extension NSXSnapshot {
  /// The policies that span the test cluster, less what is refused: of a policy
  /// that is left out only the rules that jump from Environment to Application
  /// still count, since nothing after them is treated as if it had not jumped.
  func policies(without refused: [Finding] = []) -> [SecurityPolicy] {
    let spanned = Set(spans.filter { $0.clusterPath == Estate.plane }.map(\.policyPath))
    let paths = Set(refused.map(\.path))
    let rules = Set(refused.compactMap(\.rule))
    return policies.filter { spanned.contains($0.path) }.compactMap { policy in
      if !paths.contains(policy.path) { return policy }
      if policy.category != "Environment" { return nil }
      var jumps = policy
      jumps.connectivity = .none
      jumps.rules = policy.rules.filter {
        $0.action == .jumpToApplication && !rules.contains($0.path)
      }
      return jumps
    }
  }
}

/// The objects of a translation as they stand in the repository: written as
/// YAML and read back.
func rendered(_ translation: Translation) throws -> [KubernetesObject] {
  try Renderer.render(translation).files
    .filter { $0.path.hasSuffix(".yaml") && $0.path != "kustomization.yaml" }
    .compactMap { KubernetesObject(try YAMLReader.document($0.bytes)) }
}

/// An address that is known to be one.
func address(_ text: String) -> IPAddress {
  IPAddress(text) ?? IPAddress(family: .v4, value: 0)
}

/// A pod named after its labels.
func pod(
  _ name: String, in namespace: String = "shop", labels: [String: String] = [:],
  _ addresses: String..., isHostNetwork: Bool = false, services: Set<String> = []
) -> Workload {
  Workload(
    name: name, namespace: namespace, labels: labels, addresses: addresses.map { address($0) },
    isHostNetwork: isHostNetwork, services: services)
}

/// An estate and a world with everything that two evaluators need.
struct Trial {
  var translation: Translation
  var objects: [KubernetesObject]
  var nsx: NSXEvaluator
  var world: World

  /// Translates, renders and reads back.
  ///
  /// - Parameter onUnsupported: with `skipPolicy`, NSX is asked about the
  ///   policies that were translated; else about all.
  init(
    _ estate: Estate, _ world: World, onUnsupported: TranslationOptions.OnUnsupported = .fail,
    families: Set<IPFamily>? = nil, podNetworks: [CIDR]? = nil, nodeNetworks: [CIDR]? = nil,
    reading: NSXReading = NSXReading()
  ) throws {
    translation = try estate.translate(
      TranslationOptions(onUnsupported: onUnsupported), families: families,
      podNetworks: podNetworks, nodeNetworks: nodeNetworks)
    objects = try rendered(translation)
    let snapshot = try estate.snapshot()
    let refused = translation.findings.filter { $0.severity == .error }
    nsx = NSXEvaluator(
      snapshot,
      policies: snapshot.policies(without: onUnsupported == .skipPolicy ? refused : []),
      world: world, reading: reading)
    self.world = world
  }

  /// The comparison with the rendered objects or with altered ones.
  func check(
    _ altered: [KubernetesObject]? = nil, mode: EquivalenceCheck.Mode = .exact, limit: Int = .max
  ) throws -> EquivalenceCheck.Result {
    EquivalenceCheck(nsx: nsx, antrea: try AntreaEvaluator(altered ?? objects, world: world))
      .run(mode: mode, limit: limit)
  }
}
