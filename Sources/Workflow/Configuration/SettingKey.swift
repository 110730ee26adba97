/// One setting that can stand in the configuration file, in the environment
/// and, where a command has it, on the command line.
public struct SettingKey: Sendable, Hashable {
  /// How the value is written.
  public enum Form: Sendable, Hashable {
    /// Any text.
    case text
    /// `true` or `false`.
    case flag
    /// A whole number.
    case number
    /// A list; comma-separated in the environment.
    case list
    /// `30s`, `5m`, `1h`.
    case duration
    /// One of these words.
    case choice([String])
    /// `10` or `30%`.
    case budget
    /// `0/4`: a part of the clusters, from 0.
    case shard
  }

  /// Dotted name in the file, for example `nsx.username`.
  public let name: String
  /// How the value is written.
  public let form: Form
  /// The value where nobody gives one; `nil` for none.
  public let defaultValue: String?
  /// Whether `config show` hides the value.
  public let isSecret: Bool
  /// One line for `config show` and the docs.
  public let help: String

  /// What the names of all variables begin with.
  static let variablePrefix = "NSX_ANTREA_"

  /// The environment variable: `NSX_ANTREA_` and the name in upper case, with
  /// `_` between its parts and words.
  public var variable: String {
    var output = Self.variablePrefix
    for character in name {
      if character == "." {
        output.append("_")
      } else {
        if character.isUppercase, output.last != "_" { output.append("_") }
        output.append(character.uppercased())
      }
    }
    return output
  }

  init(
    _ name: String, _ form: Form, default defaultValue: String? = nil,
    secret: Bool = false, _ help: String
  ) {
    self.name = name
    self.form = form
    self.defaultValue = defaultValue
    self.isSecret = secret
    self.help = help
  }

  init(
    _ name: String, default defaultValue: String? = nil, secret: Bool = false, _ help: String
  ) {
    self.init(name, .text, default: defaultValue, secret: secret, help)
  }

  /// Every setting, in the order of `config show` and docs/operate.md.
  public static let all: [SettingKey] = [
    SettingKey(
      "output", .choice(["text", "json", "ndjson"]), default: "text", "form of what is printed"),
    SettingKey("color", .choice(["auto", "always", "never"]), default: "auto", "colours in text"),
    SettingKey(
      "logLevel", .choice(["trace", "debug", "info", "notice", "warning", "error"]),
      default: "notice", "least level that is logged; trace shows HTTP requests without credentials"
    ),
    SettingKey("logFormat", .choice(["text", "json"]), default: "text", "form of the log"),
    SettingKey("timeout", .duration, default: "10m", "limit for the whole run"),
    SettingKey(
      "parallel", .number, default: "8", "most clusters that are worked on at the same time"),
    SettingKey(
      "shard", .shard,
      "i/n: only the clusters of part i of n, i from 0; the name alone decides a cluster's part"),
    SettingKey("nsx.managers", .list, "URLs of the NSX Managers of one cluster, tried in order"),
    SettingKey(
      "nsx.authentication", .choice(["session", "basic", "remote", "certificate", "bearer"]),
      default: "session", "how to log in; remote is basic for vIDM users"),
    SettingKey("nsx.username", "user name"),
    SettingKey("nsx.password", secret: true, "password; better by environment or passwordFile"),
    SettingKey("nsx.passwordFile", "file whose first line is the password"),
    SettingKey("nsx.token", secret: true, "bearer token; better by environment or tokenFile"),
    SettingKey("nsx.tokenFile", "file with the bearer token"),
    SettingKey("nsx.clientCertificateFile", "PEM certificate of a principal identity"),
    SettingKey("nsx.clientKeyFile", "PEM key of that certificate"),
    SettingKey(
      "nsx.caFile", "PEM file of the authorities that NSX's certificate is checked against"),
    SettingKey(
      "nsx.thumbprints", .list, "SHA-256 of the leaf certificates, instead of an authority"),
    SettingKey("nsx.serverName", "name to expect in the certificate, when it is not the URL's"),
    SettingKey("nsx.insecureSkipVerify", .flag, default: "false", "do not check the certificate"),
    SettingKey("nsx.proxy", "URL of an HTTP proxy; default from HTTPS_PROXY"),
    SettingKey(
      "nsx.requestTimeout", .duration, default: "60s", "limit for one request with its retries"),
    SettingKey(
      "kubernetes.requestTimeout", .duration, default: "60s",
      "limit for one request to a cluster with its retries, which wait for a server that restarts"),
    SettingKey("repository.path", "folder of the git repository that is rendered into"),
    SettingKey(
      "repository.folder", "folder of the repository that holds clusters/; default: its top"),
    SettingKey("repository.branch", "branch to commit to; default: the one HEAD names"),
    SettingKey(
      "repository.remote", "URL to fetch from and push to; none: the repository stays local"),
    SettingKey(
      "repository.transport", .choice(["automatic", "git", "libgit2"]), default: "automatic",
      "what fetches and pushes; automatic: the installed git, else libgit2"),
    SettingKey("repository.caFile", "PEM file of authorities for https remotes"),
    SettingKey("repository.username", "user name for https remotes; default: git"),
    SettingKey(
      "repository.token", secret: true,
      "token or password for https remotes; better by environment or tokenFile"),
    SettingKey("repository.tokenFile", "file with the token or password for https remotes"),
    SettingKey("repository.sshKeyFile", "private key for ssh remotes"),
    SettingKey("repository.knownHostsFile", "known_hosts file for ssh remotes"),
    SettingKey(
      "repository.depth", .number, default: "0",
      "commits that a first fetch brings; 0: all. Needs the git program"),
    SettingKey("repository.push.remote", "URL to push to; default: repository.remote"),
    SettingKey("repository.push.username", "user name for pushing; default: repository.username"),
    SettingKey("repository.push.token", secret: true, "token or password for pushing"),
    SettingKey("repository.push.tokenFile", "file with the token or password for pushing"),
    SettingKey("repository.push.sshKeyFile", "private key for pushing"),
    SettingKey(
      "repository.push.options", .list,
      "what the server is told with a push, for example merge_request.create. Needs the git program"
    ),
    SettingKey("repository.authorName", default: "nsx-antrea", "author of commits"),
    SettingKey("repository.authorEmail", default: "nsx-antrea@localhost", "e-mail of the author"),
    SettingKey("repository.committerName", "committer; default: the author"),
    SettingKey("repository.committerEmail", "e-mail of the committer; default: the author's"),
    SettingKey("repository.message", "template of the commit message; default: see operate.md"),
    SettingKey(
      "repository.branchTemplate",
      "name of a branch per run, for merge requests: {clusters}, {digest}, {base}; none: direct commits"
    ),
    SettingKey(
      "repository.signing.format", .choice(["none", "ssh", "gpg"]), default: "none",
      "how commits are signed"),
    SettingKey(
      "repository.signing.key", "ssh: file of the key; gpg: name or fingerprint of a secret key"),
    SettingKey(
      "translation.onUnsupported", .choice(["fail", "skip-policy", "fail-closed"]), default: "fail",
      "what a rule that cannot be translated does to its policy"),
    SettingKey(
      "translation.labelCase", .choice(["insensitive", "sensitive"]), default: "insensitive",
      "how names and tags are compared with labels where NSX's own rules are asked; NSX ignores case"
    ),
    SettingKey(
      "translation.tierPriorities.emergency", .number, default: "11", "priority of nsx-emergency"),
    SettingKey(
      "translation.tierPriorities.infrastructure", .number, default: "12",
      "priority of nsx-infrastructure"),
    SettingKey(
      "translation.tierPriorities.environment", .number, default: "13",
      "priority of nsx-environment"),
    SettingKey(
      "translation.tierPriorities.application", .number, default: "14",
      "priority of nsx-application"),
    SettingKey(
      "plan.connectivity", .choice(["on", "off"]), default: "on",
      "whether plan, apply and sync prove the policies and show who reaches whom anew; lists pods, services, … in the cluster"
    ),
    SettingKey(
      "plan.pull", .flag, default: "true",
      "whether plan and apply of a tree read NSX, where it is configured, to prove the tree"),
    SettingKey(
      "apply.maxDeletes", .budget, default: "30%",
      "most objects a run may delete; a share means at least 10"),
    SettingKey("apply.wait", .flag, default: "true", "whether sync waits for realization"),
    SettingKey("apply.waitTimeout", .duration, default: "60s", "how long to wait for realization"),
    SettingKey(
      "apply.forceConflicts", .flag, default: "false", "take fields over from other field managers"),
    SettingKey("apply.lock", .flag, default: "true", "hold a Lease in the cluster while writing"),
    SettingKey(
      "apply.lockNamespace", default: "kube-system",
      "namespace of that Lease and of the ApplySet's parent"),
    SettingKey(
      "apply.lockTimeout", .duration, default: "0s",
      "how long to wait for a Lease that another run holds; one of a dead run is taken in any case"),
    SettingKey(
      "supportBundle.fileServer",
      "where Antrea's agents upload their bundles, where the gate SupportBundleCollection is on: sftp://host:port/path"
    ),
    SettingKey(
      "supportBundle.hostPublicKey",
      "the file server's SSH key in base64; without it agents take any host for the right one"),
    SettingKey(
      "supportBundle.secret",
      "namespace/name of a Secret with username and password for the file server"),
    SettingKey(
      "supportBundle.username",
      "user at the file server, where no Secret is named; a Secret stands in the cluster meanwhile"
    ),
    SettingKey(
      "supportBundle.password", secret: true,
      "the password; better by environment or passwordFile"),
    SettingKey("supportBundle.passwordFile", "file with the password"),
    SettingKey(
      "health.heartbeatInterval", .duration, default: "60s",
      "how often Antrea's controller and agents report; three missed reports are UNKNOWN"),
    SettingKey(
      "health.runInterval", .duration, default: "1h",
      "how often the tool is run; three missed runs are UNKNOWN, 0s: the age of a run says nothing"
    ),
    SettingKey(
      "health.recordRuns", .flag, default: "true",
      "whether apply, sync, rollback and report leave a record of their end in the cluster (ConfigMap nsx-antrea-last-run)"
    ),
    SettingKey(
      "health.recordInterval", .duration, default: "10m",
      "how old that record may get before a run that ended the same way writes it anew"),
    SettingKey(
      "inventory.enabled", .flag, default: "false", "whether sync reports the inventory to NSX"),
    SettingKey(
      "inventory.takeOwnership", .flag, default: "false",
      "report although a live adapter of VMware's, NCP or another cluster reports there (it would fight this tool), and delete from that inventory all that the cluster does not have, whoever created it"
    ),
    SettingKey(
      "inventory.batchSize", .number, default: "50", "changes of the inventory in one request"),
    SettingKey(
      "inventory.batchPeriod", .duration, default: "0s",
      "least time from one request with changes to the next; VMware's adapter leaves 5s"),
    SettingKey(
      "inventory.maxDeletes", .budget, default: "30%",
      "most objects of a cluster's inventory that a report may delete; a share means at least 10"),
    SettingKey(
      "report.parts", .list,
      "what sync reports to NSX at its end: inventory, realization, statistics, health; none: nothing, or what inventory.enabled says"
    ),
    SettingKey(
      "report.clusterStatus", .flag, default: "true",
      "whether a report of health uses NSX's public status call (ncp/status) beside the inventory"),
    SettingKey(
      "report.policyTags", .flag, default: "false",
      "whether a report of realization puts a tag on the NSX policies; each change makes a new revision of a policy"
    ),
  ]

  /// The setting with a dotted name.
  public static func named(_ name: String) -> SettingKey? { all.first { $0.name == name } }
}
