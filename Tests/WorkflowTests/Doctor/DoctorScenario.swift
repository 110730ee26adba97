import Documents
import Foundation
import GitRepository
import Sandbox
import Workflow

/// A site with one thing wrong, and what `doctor` has to say about it.
struct DoctorScenario: Sendable {
  /// The state of the check's worst result.
  var state = "warning"
  /// Words of its message.
  var words: [String]
  /// Other checks that fail along with it.
  var along: Set<DoctorCheck> = []
  var kubernetes = DoctorScenario.healthyKubernetes()
  var options = KubernetesOptions()
  var denials: [KubernetesOptions.Denial] = []
  var servers = DoctorScenario.healthyServers()
  var flags: [String: String] = [:]
  var environment: [String: String] = [:]
  var maxAge: Duration?
  /// Makes it wrong.
  var prepare: @Sendable (TestSite) async throws -> Void = { _ in }

  init(
    _ state: String, _ words: String..., along: Set<DoctorCheck> = [],
    change: (inout DoctorScenario) -> Void = { _ in }
  ) {
    self.state = state
    self.words = words
    self.along = along
    change(&self)
  }

  /// The same, where something is done to the site before `doctor` looks.
  func after(_ prepare: @escaping @Sendable (TestSite) async throws -> Void) -> DoctorScenario {
    var result = self
    result.prepare = prepare
    return result
  }

  /// An NSX that hears of no adapter of VMware's.
  static func healthyServers() -> TestSite.Servers {
    var servers = TestSite.Servers()
    servers.manager.silentControlPlanes = [TestSite.cluster]
    return servers
  }

  /// A cluster whose Antrea is well.
  static func healthyKubernetes() -> [JSONValue] {
    let time = JSONValue.string(Date.now.formatted(.iso8601))
    return TestSite.kubernetes + [
      agent("node-1", time: time),
      TestSite.object(
        "v1", "ConfigMap", "kube-system", "antrea-config",
        ["data": ["antrea-agent.conf": "featureGates:\n", "antrea-controller.conf": ""]]),
    ]
  }

  /// What an agent says of itself.
  static func agent(_ name: String, time: JSONValue, connected: String = "True") -> JSONValue {
    TestSite.object(
      "crd.antrea.io/v1beta1", "AntreaAgentInfo", nil, name,
      [
        "version": "v2.4.1",
        "agentConditions": [
          ["type": "AgentHealthy", "status": "True", "lastHeartbeatTime": time],
          [
            "type": "ControllerConnectionUp", "status": .string(connected),
            "lastHeartbeatTime": time,
          ],
        ],
      ])
  }

  /// An object of ours that nobody rendered.
  static func ours(_ object: JSONValue, temporary: String? = nil) -> JSONValue {
    var result = object.object ?? JSONObject()
    result.update("metadata") { value in
      var metadata = value.object ?? JSONObject()
      metadata["labels"] = [
        "app.kubernetes.io/managed-by": "nsx-antrea", "nsx-antrea.io/owner": "0123abcd",
      ]
      metadata["creationTimestamp"] = "2026-01-01T00:00:00Z"
      if let temporary { metadata["annotations"] = ["nsx-antrea.io/temporary": .string(temporary)] }
      value = .object(metadata)
    }
    return .object(result)
  }

  /// Runs a whole sync.
  static func sync(_ site: TestSite) async throws {
    let result = await site.run { try await $0.sync(DesiredSource()) }
    guard result.status == .success else { throw Unprepared(talk: result.talk) }
  }

  /// A scenario that could not be set up.
  struct Unprepared: Error { var talk: String }
}
