import Documents
import Foundation
import Sandbox
import Workflow

extension DoctorScenario {
  static func cluster(_ check: DoctorCheck) -> [DoctorScenario] {
    switch check {
    case .clusterReachable:
      [
        DoctorScenario("failed", "127.0.0.1").after { await $0.clusterServer.stop() },
        DoctorScenario("failed", "kubeconfig").after { site in
          try site.write("kubeconfig", "{")
        },
      ]
    case .clusterCertificate:
      [
        DoctorScenario("warning", "days more") { $0.servers.clusterValidity = .seconds(86_400) },
        DoctorScenario("failed", "has expired", along: [.clusterReachable]) {
          $0.servers.clusterValidity = .seconds(-3600)
        },
      ]
    case .clusterClock:
      [DoctorScenario("failed", "s behind ours") { $0.servers.clusterSkew = .seconds(-3600) }]
    case .clusterVersion:
      [DoctorScenario("warning", "v1.24.9") { $0.options.kubernetesVersion = "v1.24.9" }]
    case .clusterRights:
      [
        DoctorScenario("warning", "delete clustergroups", "apply") {
          $0.denials = [.init(verb: "delete", group: "crd.antrea.io", resource: "clustergroups")]
        },
        DoctorScenario("failed", "may not even ask") {
          $0.denials = [
            .init(
              verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews")
          ]
        },
        DoctorScenario("failed", "list tiers", "plan", along: []) {
          $0.denials = [.init(verb: "list", group: "crd.antrea.io", resource: "tiers")]
        },
      ]
    case .controlPlane:
      [
        DoctorScenario("warning", "no control plane shop-prod").after { site in
          await site.manager.delete(TestSite.plane)
        }
      ]
    case .tiers:
      [
        DoctorScenario("failed", "14", "theirs") {
          $0.kubernetes.append(tier("theirs", 14))
        },
        DoctorScenario("failed", "has priority 77") {
          $0.kubernetes.append(ours(tier("nsx-application", 77)))
        },
        DoctorScenario("warning", "tier nsx-application is there and not ours") {
          $0.kubernetes.append(tier("nsx-application", 14))
        },
        DoctorScenario("failed", "translation.tierPriorities.infrastructure", "12") {
          $0.flags = ["translation.tierPriorities.emergency": "40"]
        },
        DoctorScenario("warning", "room for 2") { scenario in
          scenario.kubernetes += (0..<12).map { tier("tier-\($0)", 30 + $0) }
        },
      ]
    case .vendorAdapter: adapter
    case .fieldManagers:
      [
        DoctorScenario("warning", "kubectl-edit", "nsx-application").after { site in
          try await sync(site)
          await site.cluster.edit("tiers.crd.antrea.io", name: "nsx-application") { tier in
            var object = tier.object ?? JSONObject()
            object["spec"] = ["priority": 14, "description": "theirs"]
            return .object(object)
          }
        },
        // What Go programs without a name of their own write.
        DoctorScenario("warning", "Go-http-client", "nsx-application").after { site in
          try await sync(site)
          let isTaken = await site.send(
            "PATCH", "/apis/crd.antrea.io/v1beta1/tiers/nsx-application",
            ["spec": ["description": "theirs"]], "Go-http-client",
            type: "application/merge-patch+json")
          guard isTaken else { throw Unprepared(talk: "the tier was not written") }
        },
      ]
    case .lease:
      [
        DoctorScenario("skipped", "which Lease is ours is not known"),
        DoctorScenario("warning", "s ahead of ours").after { site in
          try await sync(site)
          await hold(site, seconds: -600, duration: 60)
        },
        DoctorScenario("warning", "renewed it").after { site in
          try await sync(site)
          await hold(site, seconds: 600, duration: 60)
        },
      ]
    case .lastRun: lastRun
    case .leftovers:
      [
        DoctorScenario("warning", "ClusterGroup/stand-in") {
          let group = TestSite.object(
            "crd.antrea.io/v1beta1", "ClusterGroup", nil, "stand-in",
            ["spec": ["ipBlocks": [["cidr": "10.0.0.0/24"]]]])
          $0.kubernetes.append(ours(group, temporary: "ClusterGroup/web"))
        },
        DoctorScenario("skipped", "traceflows may not be looked at") {
          $0.denials = [.init(verb: "list", resource: "traceflows")]
        },
        DoctorScenario("warning", "Traceflow/nsx-antrea-1") {
          $0.kubernetes.append(
            ours(TestSite.object("crd.antrea.io/v1beta1", "Traceflow", nil, "nsx-antrea-1", [:])))
        },
      ]
    default: []
    }
  }

  private static func tier(_ name: String, _ priority: Int) -> JSONValue {
    TestSite.object(
      "crd.antrea.io/v1beta1", "Tier", nil, name,
      ["spec": ["priority": .integer(Int64(priority)), "description": ""]])
  }

  /// Makes the Lease one that was renewed some seconds ago.
  private static func hold(
    _ site: TestSite, seconds: Int64, duration: Int64, holder: String = "other/1/m-1"
  ) async {
    let time = Date.now.addingTimeInterval(-Double(seconds)).formatted(.iso8601)
    for lease in await site.cluster.objects("leases.coordination.k8s.io") {
      let name = lease[path: "metadata", "name"]?.string ?? ""
      await site.cluster.edit(
        "leases.coordination.k8s.io", namespace: "kube-system", name: name
      ) { lease in
        var object = lease.object ?? JSONObject()
        object["spec"] = [
          "holderIdentity": .string(holder), "leaseDurationSeconds": .integer(duration),
          "renewTime": .string(time.replacingOccurrences(of: "Z", with: ".000000Z")),
        ]
        return .object(object)
      }
    }
  }
}
