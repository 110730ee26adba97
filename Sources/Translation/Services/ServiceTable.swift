import Documents
import NSXModel

/// The services that rules name, in Antrea's terms.
struct ServiceTable {
  /// Services nested more deeply than this are refused.
  static let maximumDepth = 64

  private var services: [String: ResolvedService] = [:]

  /// Reads services, with those nested in them.
  init(_ snapshot: NSXSnapshot, _ paths: Set<String>) {
    // In order, because where a circle is cut depends on where it is entered.
    for path in paths.sorted(by: { utf8Order($0, $1) < 0 }) where snapshot.services[path] != nil {
      var visiting: Set<String> = []
      _ = resolve(path, snapshot, &visiting)
    }
  }

  /// The service at a path.
  subscript(path: String) -> ResolvedService { services[path] ?? .missing(path) }

  /// Whether the services of a rule name IGMP.
  func namesIGMP(_ rule: Rule) -> Bool {
    rule.services.contains { services[$0]?.traffic.hasIGMP == true }
      || rule.serviceEntries.contains { entry in
        switch entry {
        case .igmp, .ipProtocol(number: 2): true
        case .nested(let path): services[path]?.traffic.hasIGMP == true
        default: false
        }
      }
  }

  /// Whether a rule in force of a policy names IGMP.
  func namesIGMP(_ policy: SecurityPolicy) -> Bool {
    policy.rules.contains { !$0.isDisabled && namesIGMP($0) }
  }

  /// The traffic of a rule: everything, or what its services name.
  func traffic(of rule: Rule) -> RuleTraffic {
    if isAny(rule.services), rule.serviceEntries.isEmpty { return .everything }
    var result = ResolvedService()
    if !isAny(rule.services) {
      for path in rule.services {
        if isAny([path]) {
          result.problems.insert(.anyWithOthers(in: "services"))
        } else {
          result.formUnion(self[path])
        }
      }
    }
    for entry in rule.serviceEntries {
      if case .nested(let path) = entry {
        result.formUnion(self[path])
      } else {
        read(entry, owner: rule.path, into: &result)
      }
    }
    return .services(result)
  }

  private mutating func resolve(
    _ path: String, _ snapshot: NSXSnapshot, _ visiting: inout Set<String>
  ) -> ResolvedService {
    if let known = services[path] { return known }
    guard let service = snapshot.services[path], !service.common.isMarkedForDelete else {
      return .missing(path)
    }
    var result = ResolvedService()
    if service.entries.isEmpty {
      result.problems.insert(Problem(.emptyService, "service \(path) has no entry"))
    }
    if let problem = Problem.unknownMembers(of: service, "service") {
      result.problems.insert(problem)
    }
    visiting.insert(path)
    for entry in service.entries {
      guard case .nested(let inner) = entry else {
        read(entry, owner: path, into: &result)
        continue
      }
      if visiting.contains(inner) {
        result.problems.insert(
          Problem(.serviceCycle, "service \(path) contains \(inner) in a circle"))
      } else if visiting.count > Self.maximumDepth {
        result.problems.insert(Problem(.serviceBound, "service \(path) is nested too deeply"))
      } else {
        result.formUnion(resolve(inner, snapshot, &visiting))
      }
    }
    visiting.remove(path)
    // A service inside a circle lacks what the circle cut, and bears its problem.
    services[path] = result
    return result
  }

  private func read(_ entry: ServiceEntry, owner: String, into result: inout ResolvedService) {
    do throws(Problem) {
      try EntryReader.read(entry, into: &result)
    } catch {
      result.problems.insert(Problem(error.code, "\(owner): \(error.message)"))
    }
  }
}
