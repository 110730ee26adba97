import AntreaModel
import Documents
import Reachability
import Sandbox

/// Who reaches whom by what a cluster of a test site holds at one moment.
struct SiteVerdicts: Sendable, Equatable {
  private static let resources = [
    "clusternetworkpolicies.crd.antrea.io", "clustergroups.crd.antrea.io", "tiers.crd.antrea.io",
    "pods", "namespaces", "nodes", "services",
  ]
  /// Addresses that the groups of ``FaultSite`` have, and one that nobody has.
  private static let addresses =
    ["10.7.0.1", "192.0.2.1"]
    + (0..<4).flatMap { ["10.9.\($0).8", "10.9.\($0).16"] }

  private let flows: [String]
  private let passes: [Bool]

  /// Looks at a cluster that others may be writing to: twice, until nothing has
  /// changed in between.
  init(of site: TestSite) async {
    var documents = await Self.look(site)
    while true {
      let again = await Self.look(site)
      if again == documents { break }
      documents = again
    }
    self.init(documents)
  }

  private static func look(_ site: TestSite) async -> [JSONValue] {
    var documents: [JSONValue] = []
    for resource in resources { documents += await site.cluster.objects(resource) }
    return documents
  }

  private init(_ documents: [JSONValue]) {
    let objects = documents.compactMap { KubernetesObject($0) }
    let world = ClusterInventory(objects).world(
      addresses: Self.addresses.compactMap { IPAddress($0) })
    let evaluator = AntreaEvaluator(live: objects, world: world)
    var flows: [String] = []
    var passes: [Bool] = []
    for source in world.endpoints {
      for destination in world.endpoints where destination.index != source.index {
        for port in [5432, 80] {
          let flow = Flow(
            source: source, destination: destination,
            traffic: .transport(.tcp, source: 50_000, destination: port))
          let decision = evaluator.decide(flow)
          flows.append("\(flow)")
          passes.append(
            decision.egress.outcome == .allow && decision.ingress.outcome == .allow)
        }
      }
    }
    self.flows = flows
    self.passes = passes
  }

  /// The flows that pass.
  var allowed: Int { passes.count { $0 } }

  /// A flow that this decides otherwise than two states that agree about it; `nil`
  /// for none.
  func gap(between old: SiteVerdicts?, and new: SiteVerdicts?) -> String? {
    guard let old, let new, old.flows == flows, new.flows == flows else {
      return "the endpoints changed"
    }
    for (index, flow) in flows.enumerated()
    where old.passes[index] == new.passes[index] && passes[index] != old.passes[index] {
      return "\(flow) \(old.passes[index] ? "is cut" : "passes")"
    }
    return nil
  }

  /// How many flows two states decide in different ways.
  func differences(to other: SiteVerdicts) -> Int {
    zip(passes, other.passes).count { $0 != $1 }
  }
}
