import AntreaModel
import Documents
import Testing

/// A generator with a seed that a failing test prints (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

let owner = "0a1b2c3d"

func object(
  _ kind: String, _ name: String, spec: JSONValue, labels: JSONValue? = nil,
  annotations: JSONValue = [:], owner: String = owner
) throws -> KubernetesObject {
  try #require(
    KubernetesObject([
      "apiVersion": "crd.antrea.io/v1beta1", "kind": .string(kind),
      "metadata": [
        "name": .string(name), "annotations": annotations,
        "labels": labels ?? [
          "app.kubernetes.io/managed-by": "nsx-antrea", "nsx-antrea.io/owner": .string(owner),
        ],
      ],
      "spec": spec,
    ]))
}

/// A random set of tiers, groups and policies that refer to each other.
func estate(_ random: inout SeededGenerator) throws -> [KubernetesObject] {
  var result = [
    try object("Tier", "nsx-infrastructure", spec: ["priority": 12]),
    try object("Tier", "nsx-application", spec: ["priority": 14]),
  ]
  let leaves = (0..<Int.random(in: 1...6, using: &random)).map { "leaf-\($0)" }
  for name in leaves {
    let cidr = "10.\(Int.random(in: 0...2, using: &random)).0.5/24"
    let spec: JSONValue =
      Bool.random(using: &random)
      ? ["ipBlocks": [["cidr": .string(cidr)], ["cidr": "2001:DB8:0::1/64"]]]
      : [
        "podSelector": [
          "matchLabels": ["app": .string(name)],
          "matchExpressions": [["key": "x", "operator": "In", "values": ["b", "a"]]],
        ]
      ]
    result.append(try object("ClusterGroup", name, spec: spec))
  }
  result.append(
    try object(
      "ClusterGroup", "parent", spec: ["childGroups": .array(leaves.map { .string($0) })]))
  for index in 0..<Int.random(in: 1...8, using: &random) {
    let rules = (0..<Int.random(in: 1...5, using: &random)).map { number -> JSONValue in
      let group = leaves.randomElement(using: &random) ?? "parent"
      return [
        "name": .string("200\(index)\(number)-in"),
        "action": Bool.random(using: &random) ? "Allow" : "Drop",
        "appliedTo": [["group": "parent"]], "from": [["group": .string(group)]],
        "ports": [["port": .integer(Int64.random(in: 1...3, using: &random))]],
        "enableLogging": false,
      ]
    }
    result.append(
      try object(
        "ClusterNetworkPolicy", "policy-\(index)",
        spec: [
          "tier": Bool.random(using: &random) ? "nsx-application" : "nsx-infrastructure",
          "priority": .number(1 + Double(index) / 1024), "ingress": .array(rules),
        ],
        annotations: ["nsx-antrea.io/display-name": .string("Policy \(index)")]))
  }
  return result
}

/// The object as the API server, the webhook and Go clients give it back.
///
/// - Parameter isOwned: Whether it tells that we applied its spec.
func asLive(
  _ object: KubernetesObject, version: Int = 1, isOwned: Bool = false
) throws -> KubernetesObject {
  guard case .object(var document) = object.document else { return object }
  document.update("metadata") { value in
    guard case .object(var metadata) = value else { return }
    metadata["uid"] = .string("uid-\(object.reference)")
    metadata["resourceVersion"] = .string(String(version))
    metadata["generation"] = 1
    if isOwned {
      metadata["managedFields"] = [
        [
          "manager": "nsx-antrea", "operation": "Apply",
          "fieldsV1": ["f:spec": owned(object.document["spec"] ?? [:])],
        ]
      ]
    }
    metadata["creationTimestamp"] = "2024-01-01T00:00:00Z"
    value = .object(metadata)
  }
  document["status"] = ["phase": "Realized"]
  document.update("spec") { value in
    guard case .object(var spec) = value else { return }
    if object.kind == "ClusterNetworkPolicy", spec["egress"] == nil { spec["egress"] = [] }
    value = .object(spec)
  }
  return try #require(KubernetesObject(.object(document)))
}

/// The fields of an object as `managedFields` names them.
private func owned(_ value: JSONValue) -> JSONValue {
  var result = JSONObject()
  for member in value.object?.members ?? [] { result["f:" + member.key] = owned(member.value) }
  return .object(result)
}
