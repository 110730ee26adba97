import AntreaModel
import KubernetesClient

extension ClusterExamination {
  private static let traceflows = APIResource(
    group: "crd.antrea.io", version: "v1beta1", kind: "Traceflow", plural: "traceflows",
    isNamespaced: false)
  private static let collections = APIResource(
    group: "crd.antrea.io", version: "v1alpha1", kind: "SupportBundleCollection",
    plural: "supportbundlecollections", isNamespaced: false)
  /// Seconds for which a run may still be using what it made.
  private static let young: Int64 = 300

  /// ``DoctorCheck/leftovers``.
  func leftovers(_ facts: Facts) async throws -> [DoctorVerdict] {
    let temporary = try facts.live.get().filter {
      $0.annotations[Ownership.temporaryAnnotation] != nil
        && $0.labels[Ownership.managedByLabel] == Ownership.managedByValue
    }
    var old = temporary
    var unseen: [String] = []
    for resource in [Self.traceflows, Self.collections] {
      do {
        old += try await facts.client.list(
          resource, labelSelector: "\(Ownership.managedByLabel)=\(Ownership.managedByValue)"
        ).objects
      } catch let error as KubernetesAPIError where error.isForbidden || error.isNotFound {
        if error.isForbidden { unseen.append(resource.plural) }
      }
    }
    do {
      let secret = try await facts.client.find(
        Run.secrets, namespace: facts.namespace, name: Run.secretName)
      if let secret { old.append(secret) }
    } catch let error as KubernetesAPIError where error.isForbidden {
      unseen.append("Secret \(Run.secretName)")
    }
    let now = run.context.now()
    old = old.filter { object in
      let made = object.document[path: "metadata", "creationTimestamp"]?.string
      return made.flatMap { KubernetesTime.seconds($0) }.map { now - $0 > Self.young } ?? true
    }
    let found = old.map {
      DoctorVerdict.warning("\($0.reference) is left by a run that did not end well")
    }
    if !unseen.isEmpty {
      return found + [
        .skipped(
          "\(unseen.joined(separator: ", ")) may not be looked at",
          "nsx-antrea-troubleshoot of examples/rbac-troubleshoot.yaml has the rights")
      ]
    }
    return found.isEmpty ? [.ok("none")] : found
  }
}
