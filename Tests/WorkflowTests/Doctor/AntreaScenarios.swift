import Documents
import Foundation
import Sandbox
import Workflow

extension DoctorScenario {
  static func antrea(_ check: DoctorCheck) -> [DoctorScenario] {
    switch check {
    case .antreaVersion:
      [
        DoctorScenario("failed", "v1.12.3") { $0.servers.antreaVersion = "v1.12.3" },
        DoctorScenario("warning", "behind", "node-1") { $0.servers.antreaVersion = "v2.9.0" },
        DoctorScenario("warning", "newer than the controller", "node-1") {
          $0.servers.antreaVersion = "v2.3.0"
        },
        DoctorScenario("skipped", "AntreaAgentInfos cannot be listed") {
          $0.denials = [.init(verb: "list", resource: "antreaagentinfos")]
        },
      ]
    case .antreaController:
      [
        DoctorScenario("failed", "heartbeat").after { site in
          await site.cluster.edit(
            "antreacontrollerinfos.crd.antrea.io", name: "antrea-controller"
          ) { beat($0, "controllerConditions", "2026-01-01T00:00:00Z") }
        },
        DoctorScenario("failed", "ControllerHealthy is unknown").after { site in
          await site.cluster.edit(
            "antreacontrollerinfos.crd.antrea.io", name: "antrea-controller"
          ) { beat($0, "controllerConditions", Date.now.formatted(.iso8601), status: "Unknown") }
        },
      ]
    case .antreaAgents:
      [
        DoctorScenario("failed", "1 lost", "node-2") {
          $0.kubernetes.append(agent("node-2", time: "2026-01-01T00:00:00Z"))
        },
        DoctorScenario("failed", "ControllerConnectionUp is false", "node-2") {
          $0.kubernetes.append(
            agent("node-2", time: .string(Date.now.formatted(.iso8601)), connected: "False"))
        },
        DoctorScenario("failed", "ControllerConnectionUp is unknown", "node-2") {
          $0.kubernetes.append(
            agent("node-2", time: .string(Date.now.formatted(.iso8601)), connected: "Unknown"))
        },
        DoctorScenario("warning", "ahead of our clock", "node-2") {
          let time = Date.now.addingTimeInterval(3600).formatted(.iso8601)
          $0.kubernetes.append(agent("node-2", time: .string(time)))
        },
        DoctorScenario("warning", "no AntreaAgentInfo", "node-9") {
          $0.kubernetes.append(TestSite.object("v1", "Node", nil, "node-9", [:]))
        }.after { site in
          await site.cluster.edit("antreaagentinfos.crd.antrea.io", name: "node-9") { _ in nil }
        },
      ]
    case .antreaGates:
      [
        DoctorScenario("failed", "AntreaPolicy is off") {
          $0.gates("  AntreaPolicy: false")
        },
        DoctorScenario("warning", "Traceflow is off") { $0.gates("  Traceflow: false") },
      ]
    case .antreaKinds:
      [
        DoctorScenario("failed", "ClusterGroup", "not served", along: [.antreaDefinitions]) {
          $0.options.missingKinds = ["clustergroups.crd.antrea.io"]
        }
      ]
    case .antreaDefinitions:
      [
        DoctorScenario("warning", "tiers.crd.antrea.io", "v1alpha1").after { site in
          await site.cluster.edit(
            "customresourcedefinitions.apiextensions.k8s.io", name: "tiers.crd.antrea.io"
          ) { definition in
            var object = definition.object ?? JSONObject()
            object.update("status") { value in
              var status = value.object ?? JSONObject()
              status["storedVersions"] = ["v1alpha1", "v1beta1"]
              value = .object(status)
            }
            return .object(object)
          }
        }
      ]
    case .antreaAPIs:
      [
        DoctorScenario("warning", "stats.antrea.io", "statistics") {
          $0.options.downGroups = ["stats.antrea.io"]
        }
      ]
    case .antreaWebhooks:
      [
        DoctorScenario("failed", "acnpvalidator.antrea.io", "no CA").after { site in
          await webhooks(site) { hook in hook["clientConfig"] = ["caBundle": ""] }
        },
        DoctorScenario("warning", "failurePolicy Ignore").after { site in
          await webhooks(site) { hook in hook["failurePolicy"] = "Ignore" }
        },
        DoctorScenario("failed", "no validating webhook covers tiers").after { site in
          await webhooks(site) { hook in hook["rules"] = [] }
        },
        // One of somebody else's that is asked about everything is none of Antrea's.
        DoctorScenario("failed", "no validating webhook covers tiers").after { site in
          await webhooks(site) { hook in
            hook["name"] = "check.example.org"
            hook["failurePolicy"] = "Ignore"
            hook["rules"] = [
              ["apiGroups": ["*"], "resources": ["*"], "operations": ["*"], "apiVersions": ["*"]]
            ]
          }
        },
        DoctorScenario("failed", "nothing stands behind", "kube-system/antrea").after { site in
          await site.cluster.edit("endpoints", namespace: "kube-system", name: "antrea") { _ in
            nil
          }
        },
        DoctorScenario("failed", "a write that they are asked about fails").after { site in
          let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500,
            "reason": "InternalError", "message": "failed calling webhook",
          ]
          site.clusterServer.faults.set([
            FaultScript.Rule(
              method: "POST", pathPrefix: "/apis/crd.antrea.io/v1beta1/clustergroups", count: nil,
              response: .json(500, status))
          ])
        },
        DoctorScenario("skipped", "whether they answer was not seen") {
          $0.denials = [.init(verb: "create", resource: "clustergroups")]
        },
      ]
    default: []
    }
  }

  /// Sets feature gates of the agents.
  private mutating func gates(_ lines: String) {
    kubernetes.removeAll { $0["kind"] == "ConfigMap" }
    kubernetes.append(
      TestSite.object(
        "v1", "ConfigMap", "kube-system", "antrea-config",
        [
          "data": [
            "antrea-agent.conf": .string("featureGates:\n\(lines)\n"),
            "antrea-controller.conf": "",
          ]
        ]))
  }

  /// The object with the heartbeats of its conditions at a time.
  private static func beat(
    _ object: JSONValue, _ key: String, _ time: String, status: String? = nil
  ) -> JSONValue {
    var result = object.object ?? JSONObject()
    result[key] = .array(
      (object[key]?.array ?? []).map { condition in
        var changed = condition.object ?? JSONObject()
        changed["lastHeartbeatTime"] = .string(time)
        if let status { changed["status"] = .string(status) }
        return .object(changed)
      })
    return .object(result)
  }

  /// Changes every validating webhook.
  private static func webhooks(
    _ site: TestSite, _ change: @escaping @Sendable (inout JSONObject) -> Void
  ) async {
    await site.cluster.edit(
      "validatingwebhookconfigurations.admissionregistration.k8s.io",
      name: "crdvalidator.antrea.io"
    ) { configuration in
      var object = configuration.object ?? JSONObject()
      object["webhooks"] = .array(
        (configuration["webhooks"]?.array ?? []).map { hook in
          var changed = hook.object ?? JSONObject()
          change(&changed)
          return .object(changed)
        })
      return .object(object)
    }
  }
}
