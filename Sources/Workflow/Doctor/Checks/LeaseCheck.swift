import AntreaModel
import Documents
import KubernetesClient
import Reporting

extension ClusterExamination {
  /// ``DoctorCheck/lease``.
  func lease(_ facts: Facts) async throws -> [DoctorVerdict] {
    guard run.settings.flag("apply.lock") else { return [.skipped("apply.lock is off")] }
    let owners = try lockOwners(facts)
    if owners.isEmpty {
      return [
        .skipped(
          "which Lease is ours is not known: nothing of ours is in the cluster, and there is no rendered tree",
          "`nsx-antrea sync` makes both")
      ]
    }
    let leases = try await leases(facts, of: owners)
    let now = run.context.now()
    var verdicts: [DoctorVerdict] = []
    for lease in leases {
      let spec = lease.document["spec"]
      let holder = spec?["holderIdentity"]?.string ?? ""
      if holder.isEmpty { continue }
      let renewed = spec?["renewTime"]?.string
      let age = renewed.flatMap { KubernetesTime.seconds($0) }.map { now - $0 }
      guard let age, let duration = spec?["leaseDurationSeconds"]?.integer else {
        verdicts.append(
          .failed(
            "\(lease.name) is held by \(holder) and does not say until when",
            "delete the Lease where that run is gone", kind: .lockHeld))
        continue
      }
      if run.context.isGone(holder) {
        verdicts.append(
          .warning(
            "\(lease.name) is held by \(holder), a process of this machine that runs no more",
            "nothing: the next run on this machine takes it over at once"))
      } else if age < -HeartbeatJudge.ahead {
        verdicts.append(
          .warning(
            "\(lease.name) is held by \(holder), whose clock is \(-age) s ahead of ours",
            "synchronise the clocks: by ours it would not expire for \(duration - age) s"))
      } else if age > duration {
        verdicts.append(
          .warning("\(lease.name) is held by \(holder), which renewed it \(age) s ago"))
      } else {
        verdicts.append(.ok("\(lease.name) is held by \(holder), a run that goes on"))
      }
    }
    return verdicts.isEmpty ? [.ok("free")] : verdicts
  }

  /// The sources whose objects stand in the cluster, or in the tree.
  private func lockOwners(_ facts: Facts) throws -> Set<String> {
    var owners = Set(
      try facts.live.get().filter {
        $0.labels[Ownership.managedByLabel] == Ownership.managedByValue
      }.compactMap { $0.labels[Ownership.ownerLabel] }
    )
    // A first run may have been killed before it made anything.
    let tree = try? run.treeAttempts(DesiredSource(clusters: [cluster.name]))?.first?.value
    if let owner = tree?.owner { owners.insert(owner) }
    return owners
  }

  /// The Leases of sources.
  private func leases(
    _ facts: Facts, of owners: Set<String>
  ) async throws -> [KubernetesObject] {
    let namespace = run.settings.text("apply.lockNamespace") ?? "kube-system"
    var leases: [KubernetesObject] = []
    for owner in owners.sorted() {
      let found = try await facts.client.find(
        LeaseLock.resource, namespace: namespace, name: "nsx-antrea-\(owner)")
      if let found { leases.append(found) }
    }
    return leases
  }
}

/// Times as Kubernetes writes them: RFC 3339, of micro times with a fraction.
enum KubernetesTime {
  /// Seconds since 1970; `nil` for anything else.
  static func seconds(_ text: String) -> Int64? {
    guard let dot = text.firstIndex(of: ".") else { return UTCTime.seconds(text) }
    let rest = text[dot...].dropFirst().drop { $0.isASCII && $0.isNumber }
    return UTCTime.seconds(String(text[..<dot] + rest))
  }
}
