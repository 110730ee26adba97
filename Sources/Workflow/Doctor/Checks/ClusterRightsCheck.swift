import Failures
import KubernetesClient

extension ClusterExamination {
  /// ``DoctorCheck/clusterRights``: one review for each verb, several at a time.
  func clusterRights(_ facts: Facts) async throws -> [DoctorVerdict] {
    do { return try await reviews(facts) } catch let error as KubernetesAPIError
      where error.isForbidden
    {
      // Everybody who is known to the server may ask this.
      return [
        .failed(
          "may not even ask what is allowed: \(error.failure.cause)",
          "check the credentials: the user is unknown to the cluster", kind: .permissionDenied)
      ]
    }
  }

  private func reviews(_ facts: Facts) async throws -> [DoctorVerdict] {
    let needed = NeededRight.all(run.settings, antreaNamespace: facts.namespace)
    let client = facts.client
    let missing = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
      var next = 0
      func start() {
        guard next < needed.count else { return }
        let (index, right) = (next, needed[next])
        next += 1
        group.addTask {
          (
            index,
            try await client.selfSubjectAccessReview(
              verb: right.verb, group: right.group, resource: right.resource,
              subresource: right.subresource, namespace: right.namespace, name: right.name)
          )
        }
      }
      for _ in 0..<8 { start() }
      var missing: [Int] = []
      while let (index, isAllowed) = try await group.next() {
        if !isAllowed { missing.append(index) }
        start()
      }
      return missing.sorted().map { needed[$0] }
    }
    if missing.isEmpty { return [.ok("all \(needed.count) rights that commands need")] }
    return missing.map { right in
      let message = "may not \(right.text): needed for \(right.purpose)"
      let hint = "grant \(right.rule) (\(right.role) of examples/\(right.file))"
      // Who only plans and applies needs none of these.
      if right.file != "rbac.yaml" { return .skipped(message, hint) }
      return right.isEssential
        ? .failed(message, hint, kind: .permissionDenied) : .warning(message, hint)
    }
  }
}
