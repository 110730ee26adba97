import AntreaModel
import Documents
import NSXModel

/// Turns NSX groups into pods and addresses, each once.
final class GroupResolver {
  /// More terms than this in one group are refused.
  static let maximumTerms = 1024

  /// Groups nested more deeply than this are refused.
  static let maximumDepth = 64

  private static let macAddresses = "MACAddressExpression"
  /// Other kinds whose members have addresses that NSX resolves.
  private static let resolvedKinds: Set<String> = [macAddresses, "ExternalIDExpression"]

  private let snapshot: NSXSnapshot
  private var cache: [String: ResolvedGroup] = [:]

  init(_ snapshot: NSXSnapshot) { self.snapshot = snapshot }

  /// The groups at these paths and those nested in them.
  ///
  /// - Parameter areNamed: whether rules may need a group by its members.
  static func table(
    _ snapshot: NSXSnapshot, _ paths: Set<String>, areNamed: Bool
  ) -> GroupTable {
    let resolver = GroupResolver(snapshot)
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
    result.problems = unique(result.problems)
    result.notes = unique(result.notes)
    // A group inside a circle lacks what the circle cut, and bears its problem.
    cache[path] = result
    return result
  }

  private func read(
    _ group: Group, into result: inout ResolvedGroup, _ visiting: inout Set<String>
  ) {
    if group.hasExtendedExpression {
      result.problems.append(Problem(.identityGroup, "group \(group.path)"))
      return
    }
    if group.expression.isEmpty, !group.types.contains("ANTREA"),
      let members = snapshot.memberIPs[group.path], !members.isEmpty
    {
      return readMembers(group, into: &result)
    }
    let unknown = unknownKinds(group.expression)
    if !unknown.isEmpty {
      result.problems += unknown.map {
        Problem(
          .unsupportedExpression,
          "group \(group.path) has a \($0.isEmpty ? "nameless element" : $0)")
      }
      return
    }
    if isGeneric(group.expression), !hasOwnMembers(group.expression) {
      return readMembers(group, into: &result)
    }
    guard let runs = operandRuns(group.expression) else {
      result.problems.append(
        Problem(
          .malformedExpression, "group \(group.path): operands and conjunctions do not alternate"))
      return
    }
    var ranges: [AddressRange] = []
    for run in runs { read(run, of: group, into: &result, &ranges, &visiting) }
    // What only NSX can resolve comes with the addresses of the whole group.
    if isGeneric(group.expression) { readMembers(group, into: &result) }
    result.pods = PodTerm.sorted(result.pods)
    if !ranges.isEmpty { result.areNetworksOutside = false }
    result.networks = Networks.canonical(ranges + result.networks.map { AddressRange($0) })
    if result.pods.count > Self.maximumTerms {
      result.problems.append(
        Problem(.selectorBound, "group \(group.path) has \(result.pods.count) terms"))
    }
  }

  /// Reads operands that all must hold.
  private func read(
    _ run: [Expression], of group: Group, into result: inout ResolvedGroup,
    _ ranges: inout [AddressRange], _ visiting: inout Set<String>
  ) {
    if run.count == 1 {
      switch run[0] {
      case .addresses(let texts):
        do {
          ranges += try Networks.ranges(texts)
        } catch {
          result.problems += error.list.map {
            Problem($0.code, "group \(group.path): \($0.message)")
          }
        }
        return
      case .paths(let paths):
        return readPaths(paths.filter(isGroup), of: group, into: &result, &visiting)
      default: break
      }
    }
    if isGeneric(run), !hasOwnMembers(run) { return }
    guard let conditions = conditions(run) else {
      result.problems.append(
        Problem(.malformedExpression, "group \(group.path): AND joins more than conditions"))
      return
    }
    do throws(Problem) {
      let (term, notes) = try ConditionReader.term(conditions)
      if let term { result.pods.append(term) }
      result.notes += notes.map { Problem($0.code, "group \(group.path): \($0.message)") }
    } catch {
      result.problems.append(Problem(error.code, "group \(group.path): \(error.message)"))
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
    if members.isEmpty, group.expression.contains(.unknown(Self.macAddresses)) {
      result.problems.append(
        Problem(.membersUnknown, "NSX resolves the MAC addresses of \(group.path) to no address"))
    }
    do {
      let ranges = try Networks.ranges(members) + result.networks.map { AddressRange($0) }
      result.networks = Networks.canonical(ranges)
    } catch {
      result.problems += error.list.map { Problem($0.code, "group \(group.path): \($0.message)") }
    }
    if namesKubernetes(group.expression) { result.areNetworksOutside = false }
  }

  /// The kinds whose members may be anything, so that the resolved addresses
  /// may lack some.
  private func unknownKinds(_ expression: [Expression]) -> [String] {
    expression.flatMap { operand -> [String] in
      switch operand {
      case .unknown(let kind): Self.resolvedKinds.contains(kind) ? [] : [kind]
      case .nested(let inner): unknownKinds(inner)
      default: []
      }
    }
  }

  /// Whether an operand is of a kind that only NSX can resolve.
  private func isGeneric(_ expression: [Expression]) -> Bool {
    expression.contains { operand in
      switch operand {
      case .condition(let condition):
        !["Pod", "Namespace", "Service"].contains(condition.memberType)
      case .nested(let inner): isGeneric(inner)
      case .paths(let paths): !paths.allSatisfy(isGroup)
      case .unknown: true
      case .addresses, .conjunction: false
      }
    }
  }

  /// Whether an operand has members that are read here: Kubernetes objects,
  /// groups or addresses. NSX resolves its own addresses as well, but a list
  /// from elsewhere may lack them, and a deny would then miss them.
  private func hasOwnMembers(_ expression: [Expression]) -> Bool {
    expression.contains { operand in
      switch operand {
      case .condition(let condition):
        ["Pod", "Namespace", "Service"].contains(condition.memberType)
      case .nested(let inner): hasOwnMembers(inner)
      case .paths(let paths): paths.contains(where: isGroup)
      case .addresses: true
      case .unknown, .conjunction: false
      }
    }
  }

  private func isGroup(_ path: String) -> Bool {
    path.contains("/groups/") || snapshot.groups[path] != nil
  }

  /// Whether the members may be addresses of the cluster's own pods.
  private func namesKubernetes(_ expression: [Expression]) -> Bool {
    expression.contains { operand in
      switch operand {
      case .condition(let condition):
        !["VirtualMachine", "Segment", "SegmentPort", "BareMetalServer"].contains(
          condition.memberType)
      case .nested(let inner): namesKubernetes(inner)
      case .paths, .addresses, .unknown: true
      case .conjunction: false
      }
    }
  }

  /// The list as an OR of AND-runs; `nil` where operands and conjunctions do
  /// not alternate.
  private func operandRuns(_ expression: [Expression]) -> [[Expression]]? {
    var runs: [[Expression]] = []
    var run: [Expression] = []
    for (index, element) in expression.enumerated() {
      if index % 2 == 0 {
        if case .conjunction = element { return nil }
        run.append(element)
      } else {
        guard case .conjunction(let conjunction) = element else { return nil }
        switch conjunction {
        case .and: continue
        case .or:
          runs.append(run)
          run = []
        case .unknown: return nil
        }
      }
    }
    if run.isEmpty { return expression.isEmpty ? [] : nil }
    runs.append(run)
    return runs
  }

  /// The conditions of operands that all must hold; `nil` where an operand is
  /// something else.
  private func conditions(_ run: [Expression]) -> [Condition]? {
    var list: [Condition] = []
    for operand in run {
      switch operand {
      case .condition(let condition): list.append(condition)
      case .nested(let inner):
        guard let runs = operandRuns(inner), runs.count == 1, let nested = conditions(runs[0])
        else { return nil }
        list += nested
      default: return nil
      }
    }
    return list
  }

  private func unique(_ problems: [Problem]) -> [Problem] {
    var seen: Set<Problem> = []
    return problems.filter { seen.insert($0).inserted }
  }
}
