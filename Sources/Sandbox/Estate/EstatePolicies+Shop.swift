import Documents

extension EstatePolicies {
  static let shop: [JSONValue] =
    EstateBuilder.policy(
      "shop-frontend", "Shop front end", "Application", 10, clusters: both,
      scope: ["ns-frontend"], description: "Web pages and their administration.",
      tags: [EstateBuilder.tag("team", "shop")],
      rules: [
        .allowIn(
          "from-ingress", from: ["app-nginx"],
          entries: [EstateBuilder.ports("web", "TCP", ["8080", "8443"])]),
        .allowOut("to-apis", to: ["shop-apis"], services: ["HTTP", "HTTPS"]),
        .allowOut(
          "to-search", to: ["app-search"],
          entries: [EstateBuilder.ports("search", "TCP", ["9200"])]),
        .allowOut("to-catalogue-service", to: ["svc-catalogue-api"]),
        .deny("rest", logTag: "frontend"),
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "shop-catalogue", "Shop catalogue", "Application", 20, clusters: both,
      description: "Articles, their search and their database.",
      tags: [EstateBuilder.tag("team", "shop")],
      rules: [
        .allowIn(
          "web-reads", from: ["pods-web"], services: ["HTTP", "HTTPS"],
          scope: ["app-catalogue-api"]),
        .allowIn(
          "cart-reads", from: ["app-cart-api"], services: ["HTTPS"],
          scope: ["app-catalogue-api"]),
        .allowOut(
          "api-to-db", to: ["app-catalogue-db"], services: ["PostgreSQL"],
          scope: ["app-catalogue-api"]),
        .allowIn(
          "db-from-api", from: ["app-catalogue-api"], services: ["PostgreSQL"],
          scope: ["app-catalogue-db"]),
        .allowIn(
          "search", from: ["pods-web", "app-catalogue-api"],
          entries: [EstateBuilder.ports("search", "TCP", ["9200", "9300-9305"])],
          scope: ["app-search"]),
        .allowOut(
          "articles-from-erp", to: ["vm-erp"], services: ["HTTPS"],
          scope: ["app-catalogue-api"]),
        .deny("rest-in", "IN", scope: ["ns-catalogue"], logTag: "catalogue"),
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "shop-cart", "Shop cart", "Application", 30, clusters: both,
      description: "Carts, kept in Redis.", tags: [EstateBuilder.tag("team", "shop")],
      rules: [
        .allowIn(
          "web-fills", from: ["pods-web"], services: ["HTTP", "HTTPS"],
          scope: ["app-cart-api"]),
        .allowOut(
          "redis-out", to: ["app-redis"],
          entries: [EstateBuilder.ports("redis", "TCP", ["6379"])], scope: ["app-cart-api"]),
        .allowIn(
          "redis-in", from: ["app-cart-api"],
          entries: [EstateBuilder.ports("redis", "TCP", ["6379", "16379"])],
          scope: ["app-redis"]),
        .allowOut("v2-pays", to: ["svc-payment-api"], scope: ["cart-api-v2"]),
        .deny("redis-rest", scope: ["app-redis"], logTag: "redis"),
        .deny("cart-rest", "IN", action: "REJECT", scope: ["ns-cart"]),
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "shop-payment", "Shop payment", "Application", 40, clusters: both, scope: [],
      description: "Payments; the acquirer is the only way out.",
      tags: [EstateBuilder.tag("team", "payment"), EstateBuilder.tag("compliance", "pci")],
      rules: [
        .allowIn(
          "cart-pays", from: ["app-cart-api", "app-admin"], services: ["HTTPS"],
          scope: ["app-payment-api"]),
        .allowOut(
          "acquirer", to: ["net-acquirer"], services: ["HTTPS"],
          scope: ["app-payment-api"]
        ).with { $0.logTag = "acquirer" },
        .allowOut(
          "fraud-check", to: ["app-fraud"],
          entries: [EstateBuilder.ports("grpc", "TCP", ["50051"])], scope: ["app-payment-api"]),
        .allowIn(
          "fraud-asked", from: ["app-payment-api"],
          entries: [EstateBuilder.ports("grpc", "TCP", ["50051"])], scope: ["app-fraud"]),
        .allowOut(
          "db-out", to: ["app-payment-db"], services: ["MySQL"],
          scope: ["app-payment-api"]),
        .allowIn(
          "db-in", from: ["app-payment-api"], services: ["MySQL"],
          scope: ["app-payment-db"]),
        .allowOut(
          "old-acquirer", to: ["net-acquirer"], services: ["HTTP"],
          scope: ["app-payment-api"]
        ).with { $0.isDisabled = true },
        .deny("rest", scope: ["ns-payment"], logTag: "payment"),
      ].map(\EstateRule.json))

  static let surroundings: [JSONValue] =
    EstateBuilder.policy(
      "ingress", "Ingress controllers", "Application", 50, clusters: both, scope: ["app-nginx"],
      description: "Whoever visits the shop comes through here.",
      rules: [
        EstateRule(id: "visitors", direction: "IN", services: ["HTTP", "HTTPS"]),
        .allowOut("to-web", to: ["pods-web", "app-grafana"]),
        .deny("rest", logTag: "ingress"),
      ].map(\.json))
    + EstateBuilder.policy(
      "ci", "Build runners", "Application", 60, clusters: stage, scope: ["ns-ci"],
      description: "Runners test staging and nothing else.",
      rules: [
        .allowOut("test-web", to: ["pods-web", "shop-apis"], services: ["HTTP", "HTTPS"]),
        .allowOut(
          "not-databases", to: ["pods-not-db"],
          entries: [EstateBuilder.ports("test", "TCP", ["8000-8999"])]),
        .deny("rest", action: "REJECT"),
      ].map(\EstateRule.json))
}
