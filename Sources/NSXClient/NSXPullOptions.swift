/// Where a pull reads, and how strictly.
public struct NSXPullOptions: Sendable, Hashable {
  /// The domain; on-premises there is only `default`.
  public var domain = "default"
  /// The site of the control planes.
  public var site = "default"
  /// The enforcement point of the control planes.
  public var enforcementPoint = "default"
  /// Whether a type that cannot be read ends the pull with its error, in place
  /// of marking the type as incomplete.
  public var isStrict = false

  /// Creates the defaults.
  public init() {}

  static let api = "/policy/api/v1"

  var policiesPath: String { "\(Self.api)/infra/domains/\(domain)/security-policies" }
  var groupsPath: String { "\(Self.api)/infra/domains/\(domain)/groups" }
  var servicesPath: String { "\(Self.api)/infra/services" }
  var controlPlanesPath: String {
    "\(Self.api)/infra/sites/\(site)/enforcement-points/\(enforcementPoint)/cluster-control-planes"
  }
}
