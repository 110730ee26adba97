import AntreaModel

/// The few names, labels and addresses that random estates and random worlds
/// share, so that rules meet pods.
enum EstateWords {
  /// Names of namespaces.
  static let namespaces = (0..<4).map { "ns\($0)" }
  /// Labels of namespaces.
  static let namespaceLabels = ["env": ["e0", "e1"], "team.example.com/Owner": ["Blue", "red_1"]]
  /// Tags that conditions ask namespaces for: their labels, and the one that
  /// every namespace has.
  static let namespaceTags = namespaceLabels.merging([
    "kubernetes.io/metadata.name": namespaces
  ]) { $1 }
  /// Labels of pods.
  static let podLabels = [
    "app": ["a0", "a1", "a2", "a3"], "tier": ["t0", "t1"],
    "app.kubernetes.io/version": ["1.2", "2.0-rc"],
  ]
  /// Names of Kubernetes Services.
  static let services = ["svc0", "svc1"]

  /// Ids as people give them.
  static let ids = [
    "Web Tier (prod), v1.2", "über-ärger", "a/b\\c", "..", "0", "-x-", "A_B.C", "emoji-\u{1F600}",
    String(repeating: "long-", count: 40),
  ]

  /// The networks of the pods.
  static let podNetworks = [CIDR("10.244.0.0/16"), CIDR("fd00:10:244::/48")].compactMap(\.self)
  /// The networks of the Nodes.
  static let nodeNetworks = [CIDR("10.5.0.0/24"), CIDR("2001:db8:9::/64")].compactMap(\.self)
  /// The Nodes' own addresses and their gateways' among the pods' addresses.
  static let nodes = [
    ["10.5.0.9", "2001:db8:9::9", "10.244.0.254", "fd00:10:244::fe"],
    ["10.5.0.10", "2001:db8:9::10", "10.244.1.254", "fd00:10:244:1::fe"],
  ]

  /// Addresses, CIDRs and ranges outside the pods' networks, IPv4.
  static let external4 = [
    "192.0.2.1", "10.1.0.3-10.1.7.1", "10.2.0.0/16", "10.2.128.0/17", "198.51.100.9/24",
    "10.3.255.255-10.4.0.0", "203.0.113.77/32", "0.0.0.0-0.255.255.255",
  ]
  /// The same, IPv6.
  static let external6 = [
    "2001:db8:1::/64", "2001:db8:1::5-2001:db8:1::ff", "2001:db8:2::1", "2001:db8::1/32",
    "2001:db8:ffff::/127", "::ffff:0:0/96",
  ]
  /// Addresses and networks that pods have too.
  static let aroundPods = [
    "10.244.0.3", "10.244.0.2-10.244.0.5", "10.0.0.0/8", "0.0.0.0/0", "fd00:10:244::/64",
    "fd00:10:244::3", "::/0",
  ]
  /// Addresses of machines that NSX resolves.
  static let members = ["10.5.0.1", "10.5.1.0/24", "2001:db8:5::1", "2001:db8:6::/64"]
}
