import Documents
import Foundation
import Sandbox
import Workflow

/// VMware's adapter, alive and dead.
extension DoctorScenario {
  static var adapter: [DoctorScenario] {
    [
      DoctorScenario("warning", "does not work here any more", "1 policies", "uuid-1", "UNKNOWN") {
        $0.kubernetes.append(vendorPolicy)
      },
      DoctorScenario("warning", "does not work here any more", "2 tiers nsx-category-…") {
        $0.kubernetes += [categoryTier("ethernet", 0), categoryTier("emergency", 1)]
      },
      DoctorScenario(
        "warning", "works here", "its pod vmware-system-antrea/interworking-7c-x runs", "uuid-1"
      ) {
        $0.kubernetes += [vendorPolicy, adapterPod("interworking-7c-x", "Running")]
      },
      // One that has failed, and the job that registers clusters.
      DoctorScenario("warning", "does not work here any more", "no pod of Deployment", "runs") {
        $0.kubernetes += [
          vendorPolicy, adapterPod("interworking-7c-x", "Failed"),
          adapterPod("register-x", "Running"),
        ]
      },
      DoctorScenario("warning", "works here", "heartbeat of its management part was") {
        $0.kubernetes.append(vendorPolicy)
      }.after { heartbeat($0, age: 30) },
      DoctorScenario("warning", "any more", "heartbeat of its management part was 2 hours ago") {
        $0.kubernetes.append(vendorPolicy)
      }.after { heartbeat($0, age: 7200) },
      DoctorScenario(
        "warning", "not in this cluster", "NSX hears from control plane shop-prod (HEALTHY)"
      ) { $0.servers.manager.silentControlPlanes = [] },
      DoctorScenario("warning", "whether it still works is not known", "may not be listed") {
        $0.kubernetes.append(vendorPolicy)
        $0.denials = [.init(verb: "list", group: "", resource: "pods")]
      },
      DoctorScenario("skipped", "nothing of it is seen, but", "may not be listed") {
        $0.denials = [.init(verb: "list", group: "", resource: "pods")]
      },
      DoctorScenario("failed", "so reporting the inventory of this cluster is refused") {
        $0.servers.manager.silentControlPlanes = []
        $0.flags = ["inventory.enabled": "true"]
      },
      DoctorScenario("warning", "the two undo each other's changes") {
        $0.servers.manager.silentControlPlanes = []
        $0.flags = ["inventory.enabled": "true", "inventory.takeOwnership": "true"]
      },
    ]
  }

  private static let vendorPolicy: JSONValue = [
    "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
    "metadata": [
      "name": "uuid-1",
      "labels": ["ccp-adapter.antrea.tanzu.vmware.com/managedBy": "ccp-adapter"],
    ],
    "spec": ["priority": 1, "tier": "emergency", "ingress": [["action": "Drop"]]],
  ]

  private static func categoryTier(_ category: String, _ priority: Int64) -> JSONValue {
    TestSite.object(
      "crd.antrea.io/v1beta1", "Tier", nil, "nsx-category-\(category)",
      ["spec": ["priority": .integer(priority), "description": ""]])
  }

  private static func adapterPod(_ name: String, _ phase: String) -> JSONValue {
    TestSite.object(
      "v1", "Pod", "vmware-system-antrea", name,
      ["spec": ["nodeName": "node-1"], "status": ["phase": .string(phase)]])
  }

  /// Lets the adapter's management part have said so many seconds ago how it is.
  private static func heartbeat(_ site: TestSite, age: Double) {
    let time = Date.now.addingTimeInterval(-age).formatted(.iso8601)
    let list: JSONValue = [
      "apiVersion": "clusterinformation.antrea-interworking.tanzu.vmware.com/v1alpha1",
      "kind": "AntreaMPAdapterInfoList", "metadata": ["resourceVersion": "1"],
      "items": [
        [
          "apiVersion": "clusterinformation.antrea-interworking.tanzu.vmware.com/v1alpha1",
          "kind": "AntreaMPAdapterInfo", "metadata": ["name": "antrea-mp-adapter"],
          "mpAdapterConditions": [
            ["type": "MPAdapterHealthy", "status": "True", "lastHeartbeatTime": .string(time)]
          ],
        ]
      ],
    ]
    let group = "/apis/clusterinformation.antrea-interworking.tanzu.vmware.com"
    site.clusterServer.faults.set([
      FaultScript.Rule(
        pathPrefix: "\(group)/v1alpha1/antreampadapterinfos", count: nil,
        response: .json(200, list))
    ])
  }
}

/// The last runs, as the cluster remembers them.
extension DoctorScenario {
  static var lastRun: [DoctorScenario] {
    [
      DoctorScenario("warning", "no run has ended for this cluster yet"),
      DoctorScenario("warning", "longer ago than 60 minutes") {
        $0.maxAge = .seconds(3600)
        $0.remember(age: 7200)
      },
      // Three of the intervals at which the tool is said to run.
      DoctorScenario("warning", "sync (policies)", "5 hours ago", "longer ago than 180 minutes") {
        $0.remember(age: 5 * 3600)
      },
      DoctorScenario("ok", "5 hours ago") {
        $0.maxAge = .seconds(6 * 3600)
        $0.remember(age: 5 * 3600)
      },
      DoctorScenario("failed", "with exit code 69: NSX or cluster unreachable") {
        $0.remember(age: 60, exitCode: 69, outcome: "NSX or cluster unreachable")
      },
      DoctorScenario("warning", "report all (reporting)", "with exit code 3") {
        $0.remember(
          part: "reporting", command: "report all", age: 60, exitCode: 3,
          outcome: "refused by a safety rule")
      },
      DoctorScenario("warning", "cannot be read") { $0.remember(part: "policies", "{") },
      DoctorScenario("warning", "health.recordRuns is off") {
        $0.maxAge = .seconds(3600)
        $0.flags = ["health.recordRuns": "false"]
      },
      DoctorScenario("warning", "may not be read") {
        $0.maxAge = .seconds(3600)
        $0.denials = [.init(verb: "get", group: "", resource: "configmaps")]
      },
      DoctorScenario("skipped", "may not be read") {
        $0.denials = [.init(verb: "get", group: "", resource: "configmaps")]
      },
    ]
  }

  private mutating func remember(
    part: String = "policies", command: String = "sync", age: Double, exitCode: Int64 = 0,
    outcome: String = "success"
  ) {
    let record: JSONValue = [
      "command": .string(command), "exitCode": .integer(exitCode), "outcome": .string(outcome),
      "time": .string(Date.now.addingTimeInterval(-age).formatted(.iso8601)), "version": "1",
    ]
    remember(part: part, "\(record)")
  }

  private mutating func remember(part: String, _ text: String) {
    var data = JSONObject()
    data["\(TestSite.cluster).\(part)"] = .string(text)
    kubernetes.append(
      TestSite.object(
        "v1", "ConfigMap", "kube-system", "nsx-antrea-last-run", ["data": .object(data)]))
  }
}
