import AntreaModel
import Documents
import Failures
import KubernetesClient
import Planning
import Reporting

/// How `plan` checks objects.
public enum PlanVerification: String, Sendable, CaseIterable {
  /// By the rules that this tool knows.
  case local
  /// Also by dry runs of the cluster.
  case server
}

/// A plan for one cluster.
struct ClusterPlan: Sendable {
  /// What is wanted.
  var desired: DesiredCluster
  /// The plan.
  var plan: Plan
  /// The live objects that it was made from.
  var live: [KubernetesObject]
  /// What it means for connectivity; `nil` where that is switched off.
  var connectivity: PlanConnectivity?
  /// For an approved plan: what it meant when it was made, as text.
  var approvedConnectivity: String?

  /// What the plan means for connectivity in a line or two; `nil` where that was
  /// not judged.
  var connectivitySummary: String? {
    if let change = connectivity?.change {
      let words = change.entries.isEmpty ? "nobody reaches more or less than now" : change.total
      return "connectivity: \(words)\n"
    }
    return approvedConnectivity
  }

  /// The plan as `plan --out` saves it.
  var saved: PlanFile.Entry {
    PlanFile.Entry(
      cluster: desired.settings.name, plan: plan, connectivity: connectivity?.document,
      connectivityText: connectivity.map { ConnectivityText.render($0, color: false) }
        ?? approvedConnectivity,
      names: desired.provenance["objects"] ?? [:], findings: desired.findings)
  }

  /// A refusal of the plan as the error of a run that has shown the plan.
  func failure(of refusal: PlanRefusal) -> Failure {
    var failure = (connectivity == nil ? refusal : refusal.withoutExamples).failure
    failure.subject = "cluster \(desired.settings.name)"
    return failure
  }

  /// The cluster's objects as they are when the plan has been carried out; what
  /// is blocked stays as it is.
  func objectsAfter(_ contents: ClusterContents) -> [KubernetesObject] {
    var steps: [KubernetesObject.Reference: PlanStep] = [:]
    for step in plan.desiredSteps where step.action.writes { steps[step.reference] = step }
    let kept = contents.objects.filter { steps[$0.reference] == nil }
    let written = plan.desiredSteps.compactMap { step -> KubernetesObject? in
      guard step.action.writes, step.action != .delete else { return nil }
      return step.manifest.flatMap { KubernetesObject($0) }
    }
    return kept + written
  }
}

extension Run {
  /// `plan`.
  public func plan(
    _ source: DesiredSource, clusterObjects: String?, out: String?, exitCode: Bool,
    verify: PlanVerification, isMarkdown: Bool = false
  ) async throws -> ExitStatus {
    if verify == .server, clusterObjects != nil {
      throw Failure(
        .usage, subject: "--verify=server", cause: "needs the cluster, not --cluster-objects")
    }
    if isIdle(source.clusters) { return .success }
    var attempts = try await planAttempts(source, clusterObjects: clusterObjects)
    if verify == .server {
      attempts = await eachCluster(attempts, name: \.name) { run, attempt in
        let plan = try attempt.result.get()
        try await run.dryRun(plan)
        return plan
      }
    }
    try Task.checkCancellation()
    tellFindings(attempts.compactMap(\.value?.desired))
    let file = PlanFile(
      attempts.compactMap(\.value?.saved),
      missing: attempts.compactMap { attempt in
        attempt.failure.map { PlanFile.Missing(cluster: attempt.name, failure: $0) }
      })
    if let out { try Files.write(JSONWriter.pretty(file.document), to: out) }
    if isMarkdown {
      context.writeOutput(PlanMarkdown.render(file))
    } else {
      show(attempts)
    }
    for plan in attempts.compactMap(\.value) { try tellProblems(plan) }
    for plan in attempts.compactMap(\.value) where plan.desired.isUncommitted {
      talk(
        "note: cluster \(plan.desired.settings.name): the tree has changes that are in no commit, so the plan names none"
      )
    }
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    // A refused plan is worth reading, and no success.
    let failures = attempts.map { $0.failure ?? $0.value.flatMap { unfitness($0) } }
    let status = Self.status(of: failures, changed: false)
    if status != .success { return status }
    let differs = attempts.contains { $0.value?.plan.hasDifferences == true }
    return exitCode && differs ? .differences : .success
  }

  /// Plans for the clusters of a source.
  ///
  /// - Parameter judged: Whether they are judged by what they mean for
  ///   connectivity, where that is switched on.
  func plans(
    _ source: DesiredSource, clusterObjects: String?, judged: Bool = true
  ) async throws -> [ClusterPlan] {
    try await planAttempts(source, clusterObjects: clusterObjects, judged: judged)
      .map { try $0.result.get() }
  }

  /// The same, where a cluster that cannot be planned for does not keep the
  /// others from it.
  func planAttempts(
    _ source: DesiredSource, clusterObjects: String?, judged: Bool = true
  ) async throws -> [ClusterAttempt<ClusterPlan>] {
    let judged = judged && settings.text("plan.connectivity") != "off"
    var wanted = try await desiredAttempts(source)
    if judged { wanted = try await heldAgainstNSX(wanted, source) }
    if let clusterObjects {
      guard wanted.count == 1, let only = wanted.first else {
        throw Failure(
          .usage, subject: "--cluster-objects",
          cause: "are those of one cluster, but \(wanted.count) are planned",
          remedy: "give --cluster NAME")
      }
      let contents = try readClusterFile(clusterObjects)
      let cluster = try only.result.get()
      let plan = makePlan(
        cluster, contents, judged: judged,
        unsupported: Self.featureFaults(of: cluster.objects, among: contents.objects))
      return [ClusterAttempt(name: only.name, result: .success(plan))]
    }
    try refuseGuessedClusters(wanted.map(\.name))
    let attempts = await eachCluster(wanted, name: \.name) { run, attempt in
      let cluster = try attempt.result.get()
      let client = try await run.connectCluster(cluster.settings)
      let contents = try await run.contents(of: cluster, client, judged: judged)
      var identity = contents.identity
      if identity == nil, !contents.hasNamespaces {
        identity = try await run.identity(of: client)
      }
      return try await run.makePlan(
        cluster, contents, client, judged: judged, identity: identity)
    }
    // What was cut short is no cluster's own failure.
    try Task.checkCancellation()
    return attempts
  }

  /// Without configuration every cluster would be the current context.
  func refuseGuessedClusters(_ clusters: [String]) throws {
    let guessed = clusters.filter { cluster in
      !settings.clusters.contains { $0.name == cluster }
    }
    guard clusters.count > 1, !guessed.isEmpty else { return }
    throw Failure(
      .usage, subject: "clusters \(guessed.joined(separator: ", "))",
      cause: "are not in the configuration, so which context belongs to which is unknown",
      remedy: "list them in the configuration, or give one with --cluster")
  }

  /// What tells one cluster from another: the UID of `kube-system`; `nil`
  /// where it may not be read.
  func identity(of client: KubernetesClient) async throws -> String? {
    do {
      return try await client.find(Self.namespaces, name: "kube-system")?.uid
    } catch let error as KubernetesAPIError where error.isForbidden {
      return nil
    }
  }

  /// Reads what a plan for a cluster is made from.
  func contents(
    of cluster: DesiredCluster, _ client: KubernetesClient, judged: Bool
  ) async throws -> ClusterContents {
    async let applySet = applySetView(of: cluster.owner, client)
    var contents = try await readCluster(client, withConnectivity: judged)
    contents.applySet = try await applySet
    for gap in contents.gaps where gap.kind == "Antrea NetworkPolicies" {
      log.warning(
        "cluster \(cluster.settings.name): \(gap.kind) \(gap.reason), so whether they use our tiers is unknown"
      )
    }
    return contents
  }

  /// The plan for one cluster, refused where its Antrea lacks what is wanted, and
  /// where it is judged, and would not do what NSX says.
  func makePlan(
    _ wanted: DesiredCluster, _ contents: ClusterContents, _ client: KubernetesClient,
    judged: Bool, identity: String? = nil
  ) async throws -> ClusterPlan {
    var plan = makePlan(
      wanted, live: contents.policyObjects, identity: identity, unsupported: [],
      applySet: contents.applySet)
    let faults = try await featureFaults(
      of: wanted.objects, with: client, cluster: wanted.settings.name,
      areWritten: plan.plan.steps.contains { $0.action.writes && $0.action != .delete })
    if !faults.isEmpty {
      plan.plan.refusals.append(PlanRefusal(.unsupportedFeature, faults.map(\.message)))
    }
    return judged ? self.judged(plan, contents) : plan
  }

  /// The same from objects that a file holds.
  func makePlan(
    _ wanted: DesiredCluster, _ contents: ClusterContents, judged: Bool,
    unsupported: [FeatureFault]
  ) -> ClusterPlan {
    let plan = makePlan(
      wanted, live: contents.policyObjects, identity: contents.identity, unsupported: unsupported,
      applySet: contents.applySet)
    return judged ? self.judged(plan, contents) : plan
  }

  /// A plan with what it means for connectivity.
  private func judged(_ plan: ClusterPlan, _ contents: ClusterContents) -> ClusterPlan {
    var plan = plan
    let result = judge(plan, contents)
    plan.connectivity = result
    // It stands in the digested part, so that an approved plan keeps it.
    switch result.proof {
    case .proved(let claim, let space):
      plan.plan.bindings["equivalence"] = claim.rawValue
      if space.blockedObjects > 0 { plan.plan.bindings["equivalenceHolds"] = "when-all-is-applied" }
    case .notJudged: plan.plan.bindings["equivalence"] = "not-judged"
    case .outdated: plan.plan.bindings["equivalence"] = "outdated"
    case .refuted(let list, _):
      plan.plan.bindings["equivalence"] = "different"
      plan.plan.refusals.append(
        PlanRefusal(
          .notEquivalent, list.prefix(1).map(\.text),
          remedy: result.proof.remedy ?? plan.desired.nsx?.kinship.remedy))
    }
    return plan
  }

  /// The plan for one cluster.
  func makePlan(
    _ wanted: DesiredCluster, live: [KubernetesObject], identity: String?,
    unsupported: [FeatureFault], applySet: ApplySet.View? = nil,
    takesOverFields: Bool? = nil
  ) -> ClusterPlan {
    var bindings: [String: String] = ["cluster": wanted.settings.name]
    if let digest = wanted.provenance["digest"]?.string { bindings["digest"] = digest }
    if let commit = wanted.commit { bindings["commit"] = commit }
    if let identity { bindings["clusterUID"] = identity }
    // They stand in the digested part, so that an approved plan keeps them.
    if !wanted.isApplicable { bindings["refusedRules"] = "true" }
    if !wanted.incomplete.isEmpty {
      bindings["incomplete"] = wanted.incomplete.joined(separator: ", ")
    }
    var owner = wanted.owner
    if owner.isEmpty {
      // A tree without objects does not tell its owner; what is live and names
      // this manager as its source does.
      owner = live.lazy.compactMap { $0.labels[Ownership.ownerLabel] }.first ?? "none"
    }
    let policy = PlanPolicy(
      owner: owner,
      budget: settings.text("apply.maxDeletes").flatMap { DeletionBudget(parsing: $0) }
        ?? .standard,
      incompleteReads: wanted.incomplete, unsupported: unsupported.map(\.message),
      takesOverFields: takesOverFields ?? settings.flag("apply.forceConflicts"),
      applySet: applySet, bindings: bindings)
    return ClusterPlan(
      desired: wanted, plan: Planner.plan(desired: wanted.objects, live: live, policy: policy),
      live: live)
  }

  /// Names of a cluster's objects and rules in NSX.
  func names(of cluster: DesiredCluster) -> PlanNames {
    Self.names(in: cluster.provenance["objects"])
  }

  /// Names from `objects` of `provenance.json`.
  static func names(in objects: JSONValue?) -> PlanNames {
    PlanNames { reference in
      guard let entry = objects?["\(reference.kind)/\(reference.name)"] else { return nil }
      var rules: [String: String] = [:]
      for member in entry["rules"]?.object?.members ?? [] {
        rules[member.key] = member.value["displayName"]?.string
      }
      return PlanNames.Entry(
        displayName: entry["displayName"]?.string ?? reference.name,
        path: entry["path"]?.string ?? "", rules: rules)
    }
  }

  /// Tells on standard error what keeps a plan from being applied.
  func tellProblems(_ plan: ClusterPlan) throws {
    let name = plan.desired.settings.name
    for refusal in plan.plan.refusals {
      // Text tells the rest on standard output.
      let failure = (plan.connectivity == nil ? refusal : refusal.withoutExamples).failure
      talk("refused: cluster \(name): \(isJSON || isNDJSON ? "\(failure)" : failure.cause)")
    }
    if !plan.desired.isApplicable {
      talk(
        "warning: cluster \(name): rules were refused in translation; apply will not run (see \(plan.desired.placeOfFindings))"
      )
    }
    if !plan.desired.incomplete.isEmpty {
      talk(
        "warning: cluster \(name): NSX was not read whole; deletes are blocked and apply will not run"
      )
    }
  }

  func dryRun(_ plan: ClusterPlan) async throws {
    let client = try await connectCluster(plan.desired.settings)
    let newTiers = Set(
      plan.plan.steps.filter { $0.reference.kind == "Tier" && $0.action == .create }.map(
        \.reference.name))
    for step in plan.plan.desiredSteps where step.action.writes && step.action != .delete {
      guard let manifest = step.manifest else { continue }
      // A policy's tier must exist, and a dry run makes none.
      if let tier = manifest[path: "spec", "tier"]?.string, newTiers.contains(tier) { continue }
      let end = try await write(step, in: plan.plan.scope, with: client, dryRun: true)
      if case .failed(let reason) = end.result {
        throw Failure(.refused, subject: "dry run of \(step.reference)", cause: reason)
      }
    }
  }
}
