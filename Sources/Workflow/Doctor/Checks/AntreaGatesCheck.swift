import AntreaModel
import Documents
import KubernetesClient
import YAMLCoding

extension ClusterExamination {
  /// A gate that something needs.
  private struct Gate {
    var name: String
    /// Whether Antrea has it on without being told, since 1.2 (antrea facts, 9.4).
    var isOnByDefault: Bool
    /// What does not work without it.
    var loss: String
    /// Whether hardly anything works without it.
    var isEssential = false
  }

  private static let gates = [
    Gate(
      name: "AntreaPolicy", isOnByDefault: true, loss: "policies are stored and not enforced",
      isEssential: true),
    Gate(name: "NetworkPolicyStats", isOnByDefault: true, loss: "there are no statistics"),
    Gate(name: "Traceflow", isOnByDefault: true, loss: "`traceflow` does not work"),
  ]

  /// The gates that are off by default, with what is better where they are on.
  private static let optional = [
    ("SupportBundleCollection", "`support-bundle` cannot ask the agents through the cluster"),
    ("L7NetworkPolicy", "rules with application protocols cannot be applied"),
  ]

  /// ``DoctorCheck/antreaGates``.
  func antreaGates(_ facts: Facts) async throws -> [DoctorVerdict] {
    let place = "ConfigMap \(facts.namespace)/antrea-config"
    let hint = "it is where Antrea's gates stand; releases before 1.7 give it another name"
    // One that may not be read is told as that.
    let map = try await facts.client.find(
      Run.configMaps, namespace: facts.namespace, name: "antrea-config")
    guard let map else { return [.skipped("there is no \(place)", hint)] }
    guard let gates = try FeatureGateSettings(map) else {
      return [.skipped("\(place) has no antrea-controller.conf or no antrea-agent.conf", hint)]
    }
    var verdicts: [DoctorVerdict] = []
    for gate in Self.gates where !gates.isOn(gate.name, byDefault: gate.isOnByDefault) {
      let message = "\(gate.name) is off: \(gate.loss)"
      verdicts.append(
        gate.isEssential ? .failed(message) : .warning(message))
    }
    let off = Self.optional.filter { !gates.isOn($0.0, byDefault: false) }
    let note = off.map { "\($0.0) is off: \($0.1)" }.joined(separator: "; ")
    if verdicts.isEmpty { return [.ok(note.isEmpty ? "all are on" : note)] }
    return verdicts
  }
}

/// What `antrea-config` says about feature gates.
struct FeatureGateSettings: Sendable {
  /// `antrea-controller.conf` and `antrea-agent.conf`.
  var components: [JSONValue]

  /// Whether every component has a gate on.
  func isOn(_ name: String, byDefault: Bool) -> Bool {
    components.allSatisfy { $0[path: "featureGates", name]?.bool ?? byDefault }
  }
}

extension FeatureGateSettings {
  /// Reads Antrea's ConfigMap; `nil` where it lacks a component's configuration.
  ///
  /// - Throws: An error of the reader where that is no YAML.
  init?(_ map: KubernetesObject) throws {
    components = []
    for file in ["antrea-controller.conf", "antrea-agent.conf"] {
      guard let text = map.document[path: "data", file]?.string else { return nil }
      components.append(try YAMLReader.document(Array(text.utf8)))
    }
  }
}

extension Run {
  /// Reads the feature gates of a cluster; `nil` where there is no such ConfigMap,
  /// or it may not be read.
  func featureGates(
    _ client: KubernetesClient, namespace: String
  ) async throws -> FeatureGateSettings? {
    let map: KubernetesObject?
    do {
      map = try await client.find(Self.configMaps, namespace: namespace, name: "antrea-config")
    } catch let error as KubernetesAPIError where error.isForbidden {
      map = nil
    }
    return try map.flatMap { try FeatureGateSettings($0) }
  }
}
