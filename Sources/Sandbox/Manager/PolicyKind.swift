/// The kinds of objects in the Policy API's tree, each in its own collection.
enum PolicyKind: String, CaseIterable, Sendable {
  case domain = "Domain"
  case securityPolicy = "SecurityPolicy"
  case rule = "Rule"
  case span = "SecurityPolicyContainerCluster"
  case group = "Group"
  case service = "Service"
  case contextProfile = "PolicyContextProfile"
  case accessProfile = "L7AccessProfile"
  case scheduler = "PolicyFirewallScheduler"
  case site = "Site"
  case enforcementPoint = "EnforcementPoint"
  case controlPlane = "ClusterControlPlane"
  case traceflow = "AntreaTraceflowConfig"

  /// The segment of the collection in a path.
  var collection: String {
    switch self {
    case .domain: "domains"
    case .securityPolicy: "security-policies"
    case .rule: "rules"
    case .span: "container-cluster-span"
    case .group: "groups"
    case .service: "services"
    case .contextProfile: "context-profiles"
    case .accessProfile: "l7-access-profiles"
    case .scheduler: "firewall-schedulers"
    case .site: "sites"
    case .enforcementPoint: "enforcement-points"
    case .controlPlane: "cluster-control-planes"
    case .traceflow: "traceflows"
    }
  }

  /// The kinds below an object of this kind.
  var children: [PolicyKind] {
    switch self {
    case .domain: [.securityPolicy, .group]
    case .securityPolicy: [.rule, .span]
    case .site: [.enforcementPoint]
    case .enforcementPoint: [.controlPlane]
    default: []
    }
  }

  /// The kinds directly below `/infra`.
  static let roots: [PolicyKind] = [
    .domain, .service, .contextProfile, .accessProfile, .scheduler, .site,
  ]

  /// The object or the collection that segments from `infra` on name; `nil`
  /// where they name none. `rest` is what follows the object, for example
  /// `["members", "ip-addresses"]`.
  static func locate(
    _ segments: ArraySlice<String>
  ) -> (path: String, kind: PolicyKind, isCollection: Bool, rest: [String])? {
    guard segments.first == "infra" else { return nil }
    var path = "/infra"
    var allowed = roots
    var remaining = segments.dropFirst()
    var kind: PolicyKind?
    while let name = remaining.first {
      guard let next = allowed.first(where: { $0.collection == name }) else { break }
      kind = next
      path += "/" + name
      remaining = remaining.dropFirst()
      guard let id = remaining.first else { return (path, next, true, []) }
      path += "/" + id
      remaining = remaining.dropFirst()
      allowed = next.children
    }
    guard let kind else { return nil }
    return (path, kind, false, Array(remaining))
  }
}
