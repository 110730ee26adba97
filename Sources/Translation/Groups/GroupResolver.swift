import AntreaModel
import Documents
import NSXModel

/// Turns NSX groups into pods and addresses, each once.
final class GroupResolver {
  /// More terms than this in one group are refused.
  static let maximumTerms = 1024

  /// More networks than this in one group are refused: an object of etcd has at
  /// most 1.5 MiB (antrea facts, 6).
  static let maximumNetworks = 10_000

  /// Groups nested more deeply than this are refused.
  static let maximumDepth = 64

  private let snapshot: NSXSnapshot
  private let form: ExpressionForm
  private let universe: PeerUniverse
  private var cache: [String: ResolvedGroup] = [:]

  init(_ snapshot: NSXSnapshot, _ target: ClusterTarget) {
    self.snapshot = snapshot
    form = ExpressionForm(snapshot: snapshot)
    universe = PeerUniverse(target, family: nil)
  }

  /// The groups at these paths and those nested in them.
  ///
  /// - Parameter areNamed: whether rules may need a group by its members.
  static func table(
    _ snapshot: NSXSnapshot, _ paths: Set<String>, _ target: ClusterTarget, areNamed: Bool
  ) -> GroupTable {
    let resolver = GroupResolver(snapshot, target)
    // In order, because where a circle is cut depends on where it is entered.
    for path in paths.sorted(by: { utf8Order($0, $1) < 0 }) where snapshot.groups[path] != nil {
      _ = resolver.resolve(path)
    }
    return GroupTable(resolver.cache, named: areNamed ? paths : [])
  }

  /// The group at a path.
  func resolve(_ path: String) -> ResolvedGroup {
    var visiting: Set<String> = []
    return resolve(path, &visiting)
  }

  private func resolve(_ path: String, _ visiting: inout Set<String>) -> ResolvedGroup {
    if let known = cache[path] { return known }
    guard let group = snapshot.groups[path], !group.common.isMarkedForDelete else {
      return .missing(path)
    }
    visiting.insert(path)
    var result = ResolvedGroup(
      path: path, displayName: group.displayName, revision: group.revision,
      lastEdit: group.lastEdit, name: Naming.object(id: group.id, path: path))
    read(group, into: &result, &visiting)
    visiting.remove(path)
    // What is too long line by line may still be short.
    if result.networks.count > Self.maximumNetworks {
      result.networks = AddressSet(result.ranges).networks
    }
    if result.networks.count > Self.maximumNetworks {
      result.problems.append(
        Problem(.selectorBound, "group \(path) is \(result.networks.count) networks"))
    }
    result.problems = unique(result.problems)
    result.notes = unique(result.notes)
    // A group inside a circle lacks what the circle cut, and bears its problem.
    cache[path] = result
    return result
  }

  private func read(
    _ group: Group, into result: inout ResolvedGroup, _ visiting: inout Set<String>
  ) {
    if let problem = Problem.unknownMembers(of: group, "group") { result.problems.append(problem) }
    if group.hasExtendedExpression {
      result.problems.append(Problem(.identityGroup, "group \(group.path)"))
      return
    }
    if group.expression.isEmpty, !group.types.contains("ANTREA"),
      let members = snapshot.memberIPs[group.path], !members.isEmpty
    {
      return readMembers(group, into: &result)
    }
    let unknown = form.unknownKinds(group.expression)
    if !unknown.isEmpty {
      result.problems += unknown.map {
        Problem(
          .unsupportedExpression,
          "group \(group.path) has a \($0.isEmpty ? "nameless element" : $0)")
      }
      return
    }
    let isGeneric = form.isGeneric(group.expression)
    if isGeneric, !form.hasOwnMembers(group.expression) {
      return readMembers(group, into: &result)
    }
    do throws(Problem) {
      for run in try form.runs(group.expression) {
        do throws(Problem) {
          try read(run, of: group, into: &result, &visiting)
        } catch {
          result.problems.append(Problem(error.code, "group \(group.path): \(error.message)"))
        }
      }
    } catch {
      result.problems.append(Problem(error.code, "group \(group.path): \(error.message)"))
      return
    }
    // What only NSX can resolve comes with the addresses of the whole group.
    if isGeneric { readMembers(group, into: &result) }
    result.pods = PodTerm.sorted(result.pods)
    result.networks = Networks.canonical(result.ranges)
    if result.pods.count > Self.maximumTerms {
      result.problems.append(
        Problem(.selectorBound, "group \(group.path) has \(result.pods.count) terms"))
    }
  }

  /// Reads operands that all must hold.
  private func read(
    _ run: [Expression], of group: Group, into result: inout ResolvedGroup,
    _ visiting: inout Set<String>
  ) throws(Problem) {
    if run.count == 1 {
      switch run[0] {
      case .addresses(let texts): return readAddresses(texts, of: group, into: &result)
      case .paths(let paths):
        return readPaths(paths.filter(form.isGroup), of: group, into: &result, &visiting)
      default: break
      }
    }
    if form.isGeneric(run), !form.hasOwnMembers(run) { return }
    var conditions: [Condition] = []
    var others: [Expression] = []
    for operand in run {
      if case .condition(let condition) = operand {
        conditions.append(condition)
      } else {
        others.append(operand)
      }
    }
    if !others.isEmpty, form.isGeneric(run) {
      throw Problem(.malformedExpression, "AND joins members that only NSX can resolve with others")
    }
    var terms: [PodTerm] = [.everyPod]
    if !conditions.isEmpty {
      let (read, notes) = try ConditionReader.terms(conditions)
      terms = read
      result.notes += notes.map { Problem($0.code, "group \(group.path): \($0.message)") }
    }
    if others.isEmpty {
      result.pods += terms
    } else {
      try intersect(
        conditions.isEmpty ? nil : terms, others, of: group, into: &result, &visiting)
    }
  }

  /// Adds what is in all of some operands: pods by conditions, groups,
  /// addresses.
  private func intersect(
    _ terms: [PodTerm]?, _ others: [Expression], of group: Group, into result: inout ResolvedGroup,
    _ visiting: inout Set<String>
  ) throws(Problem) {
    var budget = SelectorBudget()
    var set: PeerSelection?
    if let terms {
      set = PeerSelection(
        universe, pods: try PodSelection(terms, &budget), addresses: AddressSet([]))
    }
    for operand in others {
      var part = ResolvedGroup(path: group.path, displayName: "", name: "")
      switch operand {
      case .addresses(let texts): readAddresses(texts, of: group, into: &part)
      case .paths(let paths): readPaths(paths, of: group, into: &part, &visiting)
      default: continue
      }
      result.problems += part.problems
      result.notes += part.notes
      if !part.problems.isEmpty { return }
      let addresses = AddressSet(part.ranges)
      let next = PeerSelection(
        universe, pods: try PodSelection(part.pods, &budget), addresses: addresses,
        outside: part.areNetworksOutside ? addresses : AddressSet([]))
      do throws(Problem) {
        set = try set.map { known throws(Problem) in try known.intersection(next, &budget) } ?? next
      } catch {
        if error.code != .negatedSelector { throw error }
        throw Problem(.malformedExpression, "AND joins pods with addresses: \(error.message)")
      }
    }
    guard let set else { return }
    // All addresses that pods may have are all pods.
    let pods = set.hasAllPodNetworks ? [] : set.pods.terms
    if let term = set.hasAllPodNetworks ? nil : set.pods.inexpressible {
      throw Problem(.serviceIntersection, term.key)
    }
    result.pods += pods
    if !set.addresses.isEmpty { result.areNetworksOutside = false }
    result.networks += set.addresses.networks
  }

  private func readAddresses(
    _ texts: [String], of group: Group, into result: inout ResolvedGroup
  ) {
    do {
      let ranges = try Networks.ranges(texts)
      if !ranges.isEmpty { result.areNetworksOutside = false }
      result.networks += ranges.flatMap(\.networks)
    } catch {
      result.problems += error.list.map {
        Problem($0.code, "group \(group.path): \($0.message)")
      }
    }
  }

  private func readPaths(
    _ paths: [String], of group: Group, into result: inout ResolvedGroup,
    _ visiting: inout Set<String>
  ) {
    for path in paths.sorted() {
      if visiting.contains(path) {
        result.problems.append(
          Problem(.groupCycle, "group \(group.path) contains \(path) in a circle"))
        continue
      }
      if visiting.count > Self.maximumDepth {
        result.problems.append(Problem(.selectorBound, "group \(group.path) is nested too deeply"))
        return
      }
      let inner = resolve(path, &visiting)
      result.pods += inner.pods
      result.networks += inner.networks
      if !inner.networks.isEmpty, !inner.areNetworksOutside { result.areNetworksOutside = false }
      result.problems += inner.problems
      result.notes += inner.notes
      if inner.isEmpty, inner.problems.isEmpty {
        result.notes.append(Problem(.emptyGroup, "group \(path) has no member"))
      }
    }
  }

  /// Reads the resolved addresses of a generic group.
  private func readMembers(_ group: Group, into result: inout ResolvedGroup) {
    guard let members = snapshot.memberIPs[group.path] else {
      result.problems.append(
        Problem(.membersUnknown, "group \(group.path) has no resolved members in the snapshot"))
      return
    }
    if members.isEmpty, group.expression.contains(.unknown(ExpressionForm.macAddresses)) {
      result.problems.append(
        Problem(.membersUnknown, "NSX resolves the MAC addresses of \(group.path) to no address"))
    }
    do {
      let ranges = try Networks.ranges(members) + result.ranges
      result.networks = Networks.canonical(ranges)
    } catch {
      result.problems += error.list.map { Problem($0.code, "group \(group.path): \($0.message)") }
    }
    if form.namesKubernetes(group.expression) { result.areNetworksOutside = false }
  }

  private func unique(_ problems: [Problem]) -> [Problem] {
    var seen: Set<Problem> = []
    return problems.filter { seen.insert($0).inserted }
  }
}
