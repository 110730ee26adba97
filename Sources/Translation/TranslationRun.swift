import AntreaModel
import Documents
import NSXModel

/// One translation while it is being made.
struct TranslationRun {
  private let snapshot: NSXSnapshot
  private let options: TranslationOptions
  private let target: ClusterTarget
  private let owner: String
  private let policies: [SecurityPolicy]
  private let groups: GroupTable
  private let services: ServiceTable
  private var translated: [TranslatedPolicy] = []
  private var provenance: [String: Provenance] = [:]
  private var findings: [Finding] = []
  private var isRefused = false
  /// Environment policies that were refused because they have no place.
  private var unplaced: [SecurityPolicy] = []

  /// A policy with its place.
  struct Job {
    var policy: SecurityPolicy
    var category: Category
    var priority: Double
    /// The place among all policies in the order of evaluation.
    var place = 0
  }

  /// Starts with policies, which must be sorted by path.
  init(
    _ policies: [SecurityPolicy], snapshot: NSXSnapshot, options: TranslationOptions,
    target: ClusterTarget
  ) {
    self.snapshot = snapshot
    self.options = options
    self.target = target
    self.policies = policies
    owner = Naming.owner(manager: snapshot.manager, cluster: target.name)
    let references = References(policies)
    groups = GroupResolver.table(
      snapshot, references.groups, target,
      areNamed: policies.contains(where: Self.intersects))
    services = ServiceTable(snapshot, references.services)
    findings = PolicySelector.findings(snapshot, target.selection)
    isRefused = findings.contains { $0.severity == .error }
  }

  /// Whether a policy has a rule whose pods may be written as labels.
  private static func intersects(_ policy: SecurityPolicy) -> Bool {
    policy.rules.contains { rule in
      rule.areSourcesExcluded || rule.areDestinationsExcluded || rule.action == .jumpToApplication
        || !isAny(isAny(policy.scope) ? rule.scope : policy.scope)
          && !((rule.direction == .in || isAny(rule.sources))
            && (rule.direction == .out || isAny(rule.destinations)))
    }
  }

  /// Translates the policies one after another.
  mutating func translate() -> Translation {
    let jobs = jobs()
    collect(jobs, translator(rules(jobs))(jobs[...]))
    let objects = objects()
    let violations = AdmissionRules.violations(in: objects.documents)
    return result(objects, violations, digest: digest())
  }

  /// Translates on all cores: the same result.
  mutating func translateConcurrently() async -> Translation {
    let jobs = jobs()
    async let digest = digest()
    collect(jobs, await Chunks.map(jobs, translator(rules(jobs))))
    let objects = objects()
    let violations = AdmissionRules.violations(in: objects.documents)
    return result(objects, violations, digest: await digest)
  }

  /// The digest, as work that needs nothing of what is still being made.
  private var digest: @Sendable () -> String {
    let (snapshot, policies, groups, target) = (snapshot, policies, groups, target)
    return {
      InputDigest.hash(
        manager: snapshot.manager, cluster: target.name, policies: policies, groups: groups,
        snapshot: snapshot)
    }
  }

  /// Translates policies, each by itself.
  private func translator(
    _ rules: RuleTranslator
  ) -> @Sendable (ArraySlice<Job>) -> [PolicyResult] {
    let owner = owner
    return { jobs in
      let translator = PolicyTranslator(rules: rules, owner: owner)
      return jobs.map { job in
        translator.translate(
          job.policy, category: job.category, priority: job.priority, place: job.place)
      }
    }
  }

  /// A translator of rules that knows what policies do to each other.
  private func rules(_ jobs: [Job]) -> RuleTranslator {
    var rules = RuleTranslator(
      target: target, options: options, groups: groups, services: services,
      profiles: ProfileReader(snapshot))
    rules.jumps = JumpSearch(translator: rules, jobs: jobs, unplaced: unplaced).table
    rules.igmp = IGMPTable(jobs, rules)
    return rules
  }

  private mutating func jobs() -> [Job] {
    var jobs: [Job] = []
    let categories = categorize(policies)
    // Up to the last rule on IGMP, each policy may get another one before it.
    let last = categories.lastIndex { $1.contains(where: services.namesIGMP) } ?? -1
    for (index, (category, members)) in categories.enumerated() {
      let order = PolicyOrder.assign(members) { _ in index <= last }
      findings += order.findings
      if order.findings.contains(where: { $0.severity == .error }) { isRefused = true }
      if category == .environment {
        let placed = Set(order.ordered.map(\.policy.path))
        unplaced = members.filter { !placed.contains($0.path) }
      }
      for (policy, priority) in order.ordered {
        jobs.append(
          Job(policy: policy, category: category, priority: priority, place: jobs.count))
      }
    }
    return jobs
  }

  private mutating func collect(_ jobs: [Job], _ results: [PolicyResult]) {
    for (job, result) in zip(jobs, results) {
      findings += result.findings
      if result.isRefused { isRefused = true }
      for (object, origin) in [
        (result.policy, result.provenance), (result.igmp, result.igmpProvenance),
      ] {
        guard let object else { continue }
        translated.append(TranslatedPolicy(category: job.category, policy: object))
        provenance[object.reference] = origin
      }
    }
  }

  private mutating func categorize(
    _ policies: [SecurityPolicy]
  ) -> [(Category, [SecurityPolicy])] {
    var byCategory: [Category: [SecurityPolicy]] = [:]
    for policy in policies {
      guard let name = policy.category, !name.isEmpty else {
        findings.append(Finding(.missingCategory, path: policy.path, message: "no category"))
        byCategory[.application, default: []].append(policy)
        continue
      }
      if let category = Category(rawValue: name) {
        byCategory[category, default: []].append(policy)
      } else {
        isRefused = true
        findings.append(
          Finding(
            name == "Ethernet" ? .ethernetCategory : .unknownCategory, path: policy.path,
            message: "the category is \(name)"))
      }
    }
    return Category.allCases.compactMap { category in byCategory[category].map { (category, $0) } }
  }

  /// The groups that rules use, with their children.
  private mutating func usedGroups() -> [ClusterGroup] {
    var names: Set<String> = []
    for item in translated {
      for rule in item.policy.ingress + item.policy.egress {
        for case .group(let name) in rule.appliedTo { names.insert(name) }
        for case .group(let name) in rule.peers { names.insert(name) }
      }
    }
    let emitter = GroupEmitter(owner: owner)
    var result: [ClusterGroup] = []
    func add(_ objects: [ClusterGroup], of group: ResolvedGroup) {
      for object in objects {
        names.remove(object.metadata.name)
        provenance[object.reference] = Provenance(
          path: group.path, displayName: group.displayName, revision: group.revision,
          lastEdit: group.lastEdit)
        result.append(object)
      }
    }
    let paths = groups.paths
    for path in paths {
      let group = groups[path]
      if names.contains(group.name) { add(emitter.emit(group), of: group) }
    }
    // Where a rule names one form of a group, it is that child alone.
    for path in names.isEmpty ? [] : paths {
      let group = groups[path]
      add(emitter.emit(group).filter { names.contains($0.metadata.name) }, of: group)
    }
    // Sorting the names alone moves far less than sorting the groups.
    let keys = result.enumerated().map { ($1.metadata.name, $0) }
    return keys.sorted { utf8Order($0.0, $1.0) < 0 }.map { result[$0.1] }
  }

  private mutating func tiers() -> [Tier] {
    let used = Set(translated.map(\.category))
    let path = "/infra/domains/default/security-policies"
    return Category.allCases.filter(used.contains).map { category in
      let tier = Tier(
        metadata: Metadata.make(
          name: category.tierName, path: path, displayName: category.rawValue, owner: owner),
        priority: options.tierPriority(category),
        summary: "NSX distributed firewall category \(category.rawValue)")
      provenance[tier.reference] = Provenance(path: path, displayName: category.rawValue)
      return tier
    }.sorted { utf8Order($0.metadata.name, $1.metadata.name) < 0 }
  }

  /// Leaves out what Antrea's admission would refuse, and what would then
  /// refer to something missing: nothing may reach the cluster that is not
  /// what it says.
  private mutating func admit(
    _ objects: inout AdmittedObjects, _ violations: [AdmissionViolation]
  ) {
    if violations.isEmpty { return }
    isRefused = true
    for violation in violations {
      findings.append(
        Finding(
          .admission, path: provenance[violation.object]?.path ?? violation.object,
          message: "\(violation.object), rule \(violation.rule): \(violation.message)"))
    }
    for (object, cause) in objects.remove(Set(violations.map(\.object))) {
      if let cause {
        findings.append(
          Finding(
            .admission, path: provenance[object]?.path ?? object,
            message: "\(object) refers to \(cause), which is left out"))
      }
      provenance[object] = nil
    }
  }

  private mutating func objects() -> AdmittedObjects {
    AdmittedObjects(tiers: tiers(), groups: usedGroups(), policies: translated)
  }

  private mutating func result(
    _ objects: AdmittedObjects, _ violations: [AdmissionViolation], digest: String
  ) -> Translation {
    var objects = objects
    admit(&objects, violations)
    let order = Dictionary(uniqueKeysWithValues: Category.allCases.enumerated().map { ($1, $0) })
    objects.policies.sort {
      let (a, b) = (order[$0.category] ?? 0, order[$1.category] ?? 0)
      return a == b ? utf8Order($0.policy.metadata.name, $1.policy.metadata.name) < 0 : a < b
    }
    let isTolerated = options.onUnsupported != .fail
    let hasPolicyError = findings.contains {
      $0.severity == .error && $0.rule == nil && options.onUnsupported == .failClosed
    }
    return Translation(
      cluster: target.name, manager: snapshot.manager, owner: owner, tiers: objects.tiers,
      clusterGroups: objects.groups, policies: objects.policies, provenance: provenance,
      findings: Array(Set(findings)).sorted(by: Finding.precedes), digest: digest,
      isComplete: snapshot.isComplete,
      isApplicable: !findings.contains { $0.code == .admission }
        && (!isRefused || (isTolerated && !hasPolicyError)))
  }
}
