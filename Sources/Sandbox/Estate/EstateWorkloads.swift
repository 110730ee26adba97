/// The workloads that run in each cluster of the example.
struct EstateWorkload: Sendable {
  var namespace: String
  var app: String
  var replicas: Int
  var tier: String
  /// Name, port and protocol of the Service; `nil` where there is none.
  var port: (name: String, number: Int64, proto: String)?

  static let namespaces: [(name: String, labels: [String: String])] = [
    ("frontend", ["team": "shop", "pci": "false"]),
    ("catalogue", ["team": "shop", "pci": "false"]),
    ("cart", ["team": "shop", "pci": "false"]),
    ("payment", ["team": "shop", "pci": "true"]),
    ("monitoring", ["team": "platform"]),
    ("ingress", ["team": "platform"]),
    ("ci", ["team": "platform"]),
    ("kube-system", [:]),
  ]

  /// 30 pods.
  static let all: [EstateWorkload] = [
    .init("frontend", "web", 4, "web", ("http", 8080, "TCP")),
    .init("frontend", "admin", 1, "web", ("https", 8443, "TCP")),
    .init("catalogue", "catalogue-api", 3, "api", ("https", 443, "TCP")),
    .init("catalogue", "catalogue-db", 2, "db", ("postgres", 5432, "TCP")),
    .init("catalogue", "search", 2, "search", ("search", 9200, "TCP")),
    .init("cart", "cart-api", 3, "api", ("https", 443, "TCP")),
    .init("cart", "redis", 2, "cache", ("redis", 6379, "TCP")),
    .init("payment", "payment-api", 3, "api", ("https", 443, "TCP")),
    .init("payment", "payment-db", 1, "db", ("mysql", 3306, "TCP")),
    .init("payment", "fraud", 1, "api", ("grpc", 50051, "TCP")),
    .init("monitoring", "prometheus", 1, "monitoring", ("http", 9090, "TCP")),
    .init("monitoring", "grafana", 1, "monitoring", ("https", 443, "TCP")),
    .init("monitoring", "alertmanager", 1, "monitoring", nil),
    .init("kube-system", "coredns", 2, "dns", ("dns", 53, "UDP")),
    .init("ingress", "nginx", 2, "edge", ("https", 443, "TCP")),
    .init("ci", "runner", 1, "ci", nil),
  ]

  private init(
    _ namespace: String, _ app: String, _ replicas: Int, _ tier: String,
    _ port: (name: String, number: Int64, proto: String)?
  ) {
    self.namespace = namespace
    self.app = app
    self.replicas = replicas
    self.tier = tier
    self.port = port
  }
}
