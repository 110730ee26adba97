import Documents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the sandbox's Kubernetes API behaves.
public struct KubernetesOptions: Sendable {
  /// A permission that the caller does not have; `nil` stands for all.
  public struct Denial: Sendable, Hashable {
    /// The verb, for example `delete`.
    public var verb: String?
    /// The API group; empty for the core group.
    public var group: String?
    /// The plural, with a subresource behind a `/`: `pods/log`.
    public var resource: String?

    /// Creates a denial.
    public init(verb: String? = nil, group: String? = nil, resource: String? = nil) {
      self.verb = verb
      self.group = group
      self.resource = resource
    }
  }

  /// Bearer tokens that are let in, each with its user.
  public var tokens: [String: String] = [:]
  /// Common names of client certificates that are let in, as users.
  public var commonNames: Set<String> = []
  /// What is refused with 403.
  public var denials: [Denial] = []
  /// How many reads see a written policy as `Realizing`.
  public var readsUntilRealized = 1
  /// Whether antrea-controller has the gate L7NetworkPolicy.
  public var l7Enabled = true
  /// Fields that the schemas lack, as an older Antrea's do, by `plural.group`:
  /// for example `spec.egress[].to[].fqdn`. They are pruned, or refused when
  /// validation is strict.
  public var missingFields: [String: [String]] = [:]
  /// Kinds that are not served, by `plural.group`.
  public var missingKinds: Set<String> = []
  /// How support bundles go.
  public var bundles = BundleBehaviour()
  /// How the kubelets are.
  public var kubelet = KubeletBehaviour()
  /// API groups of antrea-controller that do not answer, as while it is down.
  public var downGroups: Set<String> = []
  /// The CA in Antrea's webhook configurations (PEM); `nil` for one that is made
  /// anew.
  public var webhookAuthorityPEM: String?
  /// API groups that are not served at all.
  public var missingGroups: Set<String> = []
  /// Whether antrea-controller has the gate NetworkPolicyStats.
  public var keepsStatistics = true
  /// Whether rules see traffic by themselves, more with every minute.
  public var hasTraffic = false
  /// Whether OpenAPI documents are served; Kubernetes has version 3 since 1.24.
  public var servesOpenAPI = true
  /// What becomes of Traceflows.
  public var traceflows = TraceflowBehaviour.normal
  /// The connections that Traceflows of live traffic can catch.
  public var liveTraffic: [LiveConnection] = []
  /// The version of Kubernetes.
  public var kubernetesVersion = "v1.32.4"
  /// The clock, in seconds since 1970.
  public var now: @Sendable () -> Int64 = { Int64(time(nil)) }

  /// Creates the defaults: everybody is let in, nothing is denied.
  public init() {}
}
