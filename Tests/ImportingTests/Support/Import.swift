import AntreaModel
import Documents
import Importing
import NSXModel
import Reachability
import Translation

/// A NetworkPolicy of Kubernetes.
func networkPolicy(
  _ name: String, in namespace: String = "shop", uid: String? = nil, _ spec: JSONValue
) -> KubernetesObject {
  var metadata: JSONObject = JSONObject()
  metadata["name"] = .string(name)
  metadata["namespace"] = .string(namespace)
  metadata["uid"] = .string(uid ?? "uid-\(namespace)-\(name)")
  let document: JSONValue = [
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": .object(metadata),
    "spec": spec,
  ]
  guard let object = KubernetesObject(document) else { preconditionFailure("no object") }
  return object
}

/// The cluster of these tests.
let testScope = ImportScope(
  cluster: "shop-prod",
  controlPlane:
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/shop-prod")

extension ImportPod {
  /// What named ports are resolved at.
  init?(_ pod: Workload) {
    if pod.isHostNetwork { return nil }
    self.init(
      name: "\(pod.namespace)/\(pod.name)", namespaceLabels: pod.namespaceLabels,
      labels: pod.labels,
      ports: pod.namedPorts.map {
        Port(name: $0.name, transport: "\($0.transport)".uppercased(), number: $0.port)
      })
  }
}

/// Policies that were imported into an NSX that holds nothing else.
struct Import {
  var policies: [ImportedPolicy] = []
  var findings: [ImportFinding] = []
  var refused: Set<KubernetesObject> = []

  init(_ objects: [KubernetesObject], pods: [Workload] = []) throws {
    let importer = PolicyImporter(
      scope: testScope, pods: pods.compactMap { ImportPod($0) }, objects: objects)
    for object in objects where object.kind.hasSuffix("NetworkPolicy") {
      guard let source = ImportSource(object) else { continue }
      let (policy, found) = importer.map(source)
      findings += found
      if let policy { policies.append(policy) } else { refused.insert(object) }
    }
    policies = try delta().policies
  }

  /// What has to be done where NSX holds some objects.
  func delta(
    _ state: [JSONValue] = [], stale: ImportDelta.Stale = .init(namespaces: nil, kept: [])
  ) throws -> ImportDelta {
    try ImportDelta(policies, in: NSXState(state), scope: testScope, stale: stale)
  }

  /// As a pull reads it back.
  var snapshot: JSONValue { ImportSnapshot.document(policies, scope: testScope) }

  /// What the translation makes of it.
  func translated() throws -> (translation: Translation, objects: [KubernetesObject]) {
    let snapshot = try NSXSnapshot(bytes: JSONWriter.compact(snapshot))
    let translation = try Translator(snapshot: snapshot).translate(
      cluster: ClusterTarget(name: "shop-prod", selection: .controlPlane("shop-prod")))
    let documents =
      translation.tiers.map(\.document) + translation.clusterGroups.map(\.document)
      + translation.policies.map(\.policy.document)
    return (translation, documents.compactMap { KubernetesObject($0) })
  }

  /// The codes of what was found, each once.
  var codes: Set<ImportFindingCode> { Set(findings.map(\.code)) }

  /// The group with an id that ends so.
  func group(_ suffix: String) -> JSONValue? {
    policies.flatMap(\.groups).first { $0.path.hasSuffix(suffix) }?.document
  }
}

/// Where policies and what they became differ, over all pods and addresses.
func differences(
  _ originals: [KubernetesObject], _ imported: [KubernetesObject], pods: [Workload]
) throws -> [VerdictDifference] {
  var vocabulary = Vocabulary(objects: originals)
  vocabulary.formUnion(Vocabulary(objects: imported))
  let world = Universe(pods: pods, vocabulary: vocabulary).world
  return VerdictComparison(
    AntreaEvaluator(live: originals, world: world),
    try AntreaEvaluator(imported, world: world)
  ).run(limit: 5)
}
