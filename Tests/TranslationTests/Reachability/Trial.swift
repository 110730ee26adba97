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
      jumps.hasApplicationConnectivity = false
      jumps.ruleCount = nil
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
  private let snapshot: NSXSnapshot
  private let policies: [SecurityPolicy]
  private let podNetworks: [CIDR]?
  private let reading: NSXReading

  /// Translates, renders and reads back.
  ///
  /// - Parameters:
  ///   - translated: what the translation gets instead of the estate that NSX
  ///     is asked about, as a fault of the translation would read it.
  ///   - onUnsupported: with `skipPolicy`, NSX is asked about the policies that
  ///     were translated; else about all.
  init(
    _ estate: Estate, _ world: World, translated: Estate? = nil,
    onUnsupported: TranslationOptions.OnUnsupported = .fail, families: Set<IPFamily>? = nil,
    podNetworks: [CIDR]? = nil, nodeNetworks: [CIDR]? = nil, reading: NSXReading = NSXReading()
  ) throws {
    translation = try (translated ?? estate).translate(
      TranslationOptions(onUnsupported: onUnsupported), families: families,
      podNetworks: podNetworks, nodeNetworks: nodeNetworks)
    objects = try rendered(translation)
    snapshot = try estate.snapshot()
    let refused = translation.findings.filter { $0.severity == .error }
    policies = snapshot.policies(without: onUnsupported == .skipPolicy ? refused : [])
    nsx = NSXEvaluator(snapshot, policies: policies, world: world, reading: reading)
    self.world = world
    self.podNetworks = podNetworks
    self.reading = reading
  }

  /// The same in a setting.
  init(
    _ estate: Estate, _ world: World, translated: Estate? = nil,
    onUnsupported: TranslationOptions.OnUnsupported = .fail, _ setting: LawSetting
  ) throws {
    try self.init(
      estate, world, translated: translated, onUnsupported: onUnsupported,
      families: setting.families, podNetworks: setting.podNetworks,
      nodeNetworks: setting.nodeNetworks)
  }

  /// The comparison over the world's pods and all addresses there are.
  func prove(
    _ mode: EquivalenceCheck.Mode = .exact, limit: Int = 3
  ) throws -> EquivalenceCheck.Result {
    var vocabulary = Vocabulary(snapshot, policies: policies)
    vocabulary.formUnion(Vocabulary(objects: objects))
    var pods: [Workload] = []
    for pod in world.endpoints.compactMap(\.workload) where pods.last != pod { pods.append(pod) }
    let whole = Universe(
      pods: pods, nodes: world.nodes, podNetworks: podNetworks, vocabulary: vocabulary
    ).world
    return EquivalenceCheck(
      nsx: NSXEvaluator(snapshot, policies: policies, world: whole, reading: reading),
      antrea: try AntreaEvaluator(objects, world: whole)
    ).run(mode: mode, limit: limit)
  }

  /// The comparison with the rendered objects or with altered ones.
  func check(
    _ altered: [KubernetesObject]? = nil, mode: EquivalenceCheck.Mode = .exact, limit: Int = .max
  ) throws -> EquivalenceCheck.Result {
    EquivalenceCheck(nsx: nsx, antrea: try AntreaEvaluator(altered ?? objects, world: world))
      .run(mode: mode, limit: limit)
  }
}
