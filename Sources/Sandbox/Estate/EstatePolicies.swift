import Documents

/// The policies of the example with their spans.
enum EstatePolicies {
  static let prod = ["shop-prod"]
  static let stage = ["shop-stage"]
  static let both = ["shop-prod", "shop-stage"]

  static let all: [JSONValue] =
    emergency + infrastructure + environment + shop + surroundings + defaults

  private static let emergency: [JSONValue] =
    EstateBuilder.policy(
      "block-known-bad", "Block known bad addresses", "Emergency", 10, clusters: both,
      description: "Addresses that the security team has listed.",
      rules: [
        EstateRule(
          id: "from-known-bad", action: "DROP", direction: "IN", from: ["net-known-bad"],
          logTag: "known-bad"),
        EstateRule(
          id: "to-known-bad", action: "DROP", direction: "OUT", to: ["net-known-bad"],
          logTag: "known-bad"),
        EstateRule(
          id: "from-known-bad-v6", action: "DROP", direction: "IN", from: ["net-known-bad-v6"]),
      ].map(\.json))
    + EstateBuilder.policy(
      "quarantine", "Quarantine", "Emergency", 20, clusters: both, scope: ["pods-quarantined"],
      description: "Pods labelled quarantine=true: only the jump hosts reach them.",
      rules: [
        .allowIn("from-jump-hosts", from: ["vm-jump-hosts"], services: ["SSH"]),
        .deny("isolate", logTag: "quarantine"),
      ].map(\EstateRule.json))

  private static let infrastructure: [JSONValue] =
    EstateBuilder.policy(
      "dns", "DNS", "Infrastructure", 10, clusters: both,
      description: "Names are resolved by the cluster's own DNS only.",
      tags: [EstateBuilder.tag("team", "platform")],
      rules: [
        .allowOut(
          "ask", to: ["app-coredns"], services: ["DNS-UDP", "DNS"], scope: ["dns-clients"]),
        .allowIn(
          "answer", from: ["dns-clients"], services: ["DNS-UDP", "DNS"], scope: ["app-coredns"]),
        .allowOut(
          "forward", to: ["net-name-servers"], services: ["DNS-UDP", "DNS"],
          scope: ["app-coredns"]),
        .deny("no-other-dns", "OUT", action: "REJECT", scope: ["ns-team-shop"])
          .with { $0.services = ["DNS-UDP", "DNS"] },
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "time", "Time", "Infrastructure", 20, clusters: both,
      description: "Clocks follow the company's time servers.",
      rules: [
        .allowOut("time-servers", to: ["net-time-servers"], services: ["NTP"]),
        .deny("no-other-time", "OUT").with { $0.services = ["NTP"] },
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "monitoring", "Monitoring", "Infrastructure", 30, clusters: both,
      description: "Prometheus reads the metrics of all pods of the shop.",
      tags: [EstateBuilder.tag("team", "platform")],
      rules: [
        .allowIn(
          "scrape", from: ["app-prometheus"],
          entries: [EstateBuilder.ports("metrics", "TCP", ["9090-9100", "8081"])],
          scope: ["ns-team-shop"]),
        .allowOut("scrape-out", to: ["ns-team-shop"], scope: ["app-prometheus"]),
        .allowIn(
          "grafana-reads", from: ["app-grafana"],
          entries: [EstateBuilder.ports("prometheus", "TCP", ["9090"])],
          scope: ["app-prometheus"]),
        .allowIn(
          "office-sees-grafana", from: ["net-office"], services: ["HTTPS"],
          scope: ["app-grafana"]),
        .allowOut(
          "alerts", to: ["net-mail-relay"], services: ["SMTP", "SMTP_TLS"],
          scope: ["app-alertmanager"]),
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "logs", "Logs", "Infrastructure", 40, clusters: prod,
      description: "Audit logs leave for the collector.",
      rules: [
        .allowOut(
          "to-collector", to: ["net-log-collector"], services: ["Syslog_(TCP)", "Syslog_(UDP)"],
          scope: ["ns-team-shop"]),
        .allowOut("to-old-collector", to: ["net-log-collector"], services: ["SNMP-Send"])
          .with { $0.isDisabled = true },
      ].map(\EstateRule.json))
    + EstateBuilder.policy(
      "backup", "Backup", "Infrastructure", 50, clusters: prod, scope: ["shop-databases"],
      description: "The backup servers read the databases.",
      rules: [
        .allowIn("read-databases", from: ["vm-backup"], services: ["PostgreSQL", "MySQL"]),
        .allowIn(
          "agent", from: ["vm-backup"],
          entries: [EstateBuilder.ports("agent", "TCP", ["10000-10010"])]),
      ].map(\EstateRule.json))

  private static let environment: [JSONValue] =
    EstateBuilder.policy(
      "pci-boundary", "PCI boundary", "Environment", 10, clusters: both, scope: ["ns-payment"],
      description: "Only the cart and the front end's administration reach payment.",
      tags: [EstateBuilder.tag("compliance", "pci")],
      rules: [
        .allowIn("cart-pays", from: ["app-cart-api"], services: ["HTTPS"]),
        .allowIn("admin-refunds", from: ["app-admin"], services: ["HTTPS"])
          .with { $0.logTag = "refund" },
        .allowIn("within", from: ["ns-payment"]),
        .allowIn(
          "metrics", from: ["app-prometheus"],
          entries: [EstateBuilder.ports("metrics", "TCP", ["9090-9100"])]),
        EstateRule(
          id: "not-from-outside-pci", action: "REJECT", direction: "IN", from: ["ns-outside-pci"],
          logTag: "pci-refused"),
      ].map(\.json))
    + EstateBuilder.policy(
      "prod-edges", "Production edges", "Environment", 20, clusters: prod,
      description: "What people may touch in production.",
      rules: [
        .allowIn(
          "jump-hosts", from: ["vm-jump-hosts"], services: ["SSH", "HTTPS"],
          scope: ["ns-team-shop"]),
        EstateRule(
          id: "no-remote-desktops", action: "DROP", direction: "IN_OUT",
          services: ["RDP", "VNC", "TELNET"]),
        EstateRule(
          id: "no-office-to-databases", action: "REJECT", direction: "IN", from: ["net-office"],
          scope: ["shop-databases"], logTag: "office-db"),
      ].map(\.json))
    + EstateBuilder.policy(
      "stage-edges", "Staging edges", "Environment", 20, clusters: stage,
      description: "The office may try everything in staging.",
      rules: [
        .allowIn("office", from: ["net-office"], scope: ["ns-team-shop"]),
        .allowIn("office-v6", from: ["net-office-v6"], scope: ["ns-team-shop"]),
        .deny("no-mail", "OUT", action: "REJECT").with { $0.services = ["SMTP", "SMTP_TLS"] },
      ].map(\EstateRule.json))

  private static let defaults: [JSONValue] = [
    [
      "resource_type": "SecurityPolicy", "id": "default-layer3-section",
      "display_name": "Default Layer3 Section",
      "path": "/infra/domains/default/security-policies/default-layer3-section",
      "category": "Application", "sequence_number": 0, "is_default": true,
      "_system_owned": false, "_create_time": EstateBuilder.created,
      "rules": [
        EstateRule(id: "default-layer3-rule", direction: "IN_OUT").json
          .setting("is_default", true).setting("rule_id", 2).setting("sequence_number", 2)
      ],
    ]
  ]
}
