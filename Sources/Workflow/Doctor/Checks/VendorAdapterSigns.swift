import AntreaModel
import Documents
import KubernetesClient

/// What shows whether VMware's adapter works, as far as it may be seen.
struct VendorAdapterSigns: Sendable {
  /// What shows that it works in the cluster.
  var here: [String] = []
  /// What shows that it does not.
  var dead: [String] = []
  /// What could not be looked at.
  var unseen: [String] = []
  /// Whether its pods could be looked for: without one it does nothing.
  var sawPods = false
  /// What NSX hears from the adapter of the cluster's control plane; `nil` for
  /// nothing.
  var heard: String?
}

extension ClusterExamination {
  /// Where VMware's manifest puts the adapter (adapter facts, 2.4).
  private static let adapterNamespace = "vmware-system-antrea"
  private static let adapterDeployment = "interworking"
  /// Its heartbeats come every minute, and its own controller gives them up after
  /// 150 s (adapter facts, 2.4).
  private static let adapterSilence: Int64 = 150

  private static func adapterInfo(_ kind: String, _ plural: String) -> APIResource {
    APIResource(
      group: "clusterinformation.antrea-interworking.tanzu.vmware.com", version: "v1alpha1",
      kind: kind, plural: plural, isNamespaced: false)
  }

  private static let adapterInfos = [
    ("management part", adapterInfo("AntreaMPAdapterInfo", "antreampadapterinfos")),
    ("control part", adapterInfo("AntreaCCPAdapterInfo", "antreaccpadapterinfos")),
  ]

  /// Looks for pods and heartbeats of the adapter, and at what NSX hears.
  func vendorAdapterSigns(_ facts: Facts) async throws -> VendorAdapterSigns {
    var signs = VendorAdapterSigns()
    try await lookForPods(facts.client, &signs)
    for (part, resource) in Self.adapterInfos {
      try await lookForHeartbeat(of: part, resource, facts.client, &signs)
    }
    lookAtNSX(&signs)
    return signs
  }

  private func lookForPods(
    _ client: KubernetesClient, _ signs: inout VendorAdapterSigns
  ) async throws {
    let pods: [KubernetesObject]
    do {
      pods = try await client.list(Run.core("Pod", "pods"), namespace: Self.adapterNamespace)
        .objects.filter { $0.name.hasPrefix("\(Self.adapterDeployment)-") }
    } catch let error as KubernetesAPIError where error.isForbidden {
      signs.unseen.append("pods of \(Self.adapterNamespace) may not be listed")
      return
    }
    signs.sawPods = true
    let running = pods.filter { $0.document[path: "status", "phase"]?.string == "Running" }
    if let pod = running.first {
      signs.here.append("its pod \(Self.adapterNamespace)/\(pod.name) runs")
    } else {
      let place = "of Deployment \(Self.adapterNamespace)/\(Self.adapterDeployment)"
      signs.dead.append(pods.isEmpty ? "there is no pod \(place)" : "no pod \(place) runs")
    }
  }

  private func lookForHeartbeat(
    of part: String, _ resource: APIResource, _ client: KubernetesClient,
    _ signs: inout VendorAdapterSigns
  ) async throws {
    let infos: [KubernetesObject]
    do { infos = try await client.list(resource).objects } catch let error as KubernetesAPIError
      where error.isForbidden || error.isNotFound
    {
      if error.isForbidden { signs.unseen.append("\(resource.plural) may not be listed") }
      return
    }
    let times = infos.flatMap { Self.heartbeats(in: $0.document) }
    guard let last = times.max() else { return }
    let age = run.context.now() - last
    let text = "the last heartbeat of its \(part) was \(Self.words(of: age))"
    if age <= Self.adapterSilence { signs.here.append(text) } else { signs.dead.append(text) }
  }

  /// The form of these objects is not published; the name of the member is that
  /// of Antrea's own.
  private static func heartbeats(in value: JSONValue) -> [Int64] {
    switch value {
    case .object(let object):
      object.members.flatMap { member in
        if member.key == "lastHeartbeatTime", let text = member.value.string {
          return KubernetesTime.seconds(text).map { [$0] } ?? []
        }
        return heartbeats(in: member.value)
      }
    case .array(let list): list.flatMap { heartbeats(in: $0) }
    default: []
    }
  }

  private func lookAtNSX(_ signs: inout VendorAdapterSigns) {
    guard let planes = controlPlanes else {
      signs.unseen.append("NSX could not be asked for control planes")
      return
    }
    let own = Run.controlPlane(of: cluster, among: planes).map { [$0] }
    let mine = own ?? run.namesakes(of: cluster, among: planes)
    guard !mine.isEmpty else {
      signs.dead.append("NSX has no control plane of this cluster")
      return
    }
    guard let adapterStatuses else {
      signs.unseen.append("NSX does not tell the status of control planes")
      return
    }
    for plane in mine {
      let id = plane["id"]?.string ?? ""
      guard let status = adapterStatuses.first(where: { $0["id"]?.string == id }) else {
        signs.unseen.append("NSX does not tell the status of control plane \(id)")
        continue
      }
      let word = status["status"]?.string ?? "UNKNOWN"
      if word == "UNKNOWN" {
        signs.dead.append("NSX has heard nothing of control plane \(id) for long (UNKNOWN)")
      } else {
        signs.heard = "NSX hears from control plane \(id) (\(word))"
      }
    }
  }
}
