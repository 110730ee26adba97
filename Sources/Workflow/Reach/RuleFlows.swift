import AntreaModel
import Documents
import Failures
import Reachability
import Reporting

/// What the rules of one cluster decide, when it is as its tree says.
struct RuleFlows {
  private let book: RuleBook
  private let naming: EndpointNaming
  private let names: RuleNames

  init(_ plan: ClusterPlan, _ contents: ClusterContents) {
    let objects = plan.objectsAfter(contents)
    let inventory = ClusterInventory(contents.objects)
    let universe = Universe(
      pods: inventory.workloads, nodes: inventory.nodes,
      podNetworks: plan.desired.settings.podNetworkCIDRs, hostNames: inventory.hostNames,
      vocabulary: Vocabulary(objects: objects))
    book = AntreaEvaluator(live: objects, world: universe.world).rules
    naming = EndpointNaming(
      universe, names: GroupName.ofClusterGroups(objects, universe.world))
    names = RuleNames(
      provenance: plan.desired.provenance, objects: contents.policyObjects + plan.desired.objects)
  }

  /// What a rule of an object decides.
  ///
  /// - Parameter object: `Kind/name`.
  func use(of rule: String, in object: String) -> RuleUseView {
    RuleUseView(
      RuleUse(of: RuleReference(policy: object, rule: rule), in: book), naming: naming,
      names: names)
  }
}

extension Run {
  /// Adds to each rule of some explanations what it decides over the cluster's
  /// pods, and what decides before it.
  func addFlows(
    to matches: inout [JSONValue], _ clusters: [DesiredCluster], clusterObjects: String?
  ) async throws {
    var known: [String: RuleFlows] = [:]
    for index in matches.indices {
      guard var match = matches[index].object, let name = match["cluster"]?.string,
        let object = match["object"]?.string, let rules = match["rules"]?.array
      else { continue }
      if known[name] == nil, let cluster = clusters.first(where: { $0.settings.name == name }) {
        known[name] = try await ruleFlows(of: cluster, clusterObjects)
      }
      guard let flows = known[name] else { continue }
      match["rules"] = .array(
        rules.map { rule in
          var rule = rule.object ?? JSONObject()
          rule["flows"] = flows.use(of: rule["name"]?.string ?? "", in: object).document
          return .object(rule)
        })
      matches[index] = .object(match)
    }
  }

  private func ruleFlows(
    of cluster: DesiredCluster, _ clusterObjects: String?
  ) async throws -> RuleFlows {
    let contents: ClusterContents
    if let clusterObjects {
      contents = try readClusterFile(clusterObjects)
    } else {
      contents = try await readCluster(
        try await connectCluster(cluster.settings), withConnectivity: true)
    }
    if let reason = contents.missingPods {
      throw Failure(
        .invalidInput, subject: "cluster \(cluster.settings.name)",
        cause: "what a rule decides cannot be told: \(reason)",
        remedy: "leave --flows away, or give a file that holds pods with --cluster-objects")
    }
    for gap in contents.gapTexts { talk("without \(gap)") }
    let plan = makePlan(cluster, live: contents.policyObjects, identity: nil, unsupported: [])
    return RuleFlows(plan, contents)
  }
}
