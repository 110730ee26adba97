extension DoctorCheck {
  /// What a person reads about a check.
  struct Text {
    var what: String
    var why: String
    var mend: String

    init(_ what: String, why: String, mend: String) {
      self.what = what
      self.why = why
      self.mend = mend
    }
  }

  var text: Text {
    switch area {
    case .site: siteText
    case .nsx: nsxText
    case .cluster: isAboutAntrea ? antreaText : clusterText
    }
  }

  private var isAboutAntrea: Bool {
    switch self {
    case .antreaVersion, .antreaController, .antreaAgents, .antreaGates, .antreaKinds,
      .antreaDefinitions, .antreaAPIs, .antreaWebhooks:
      true
    default: false
    }
  }

  private var siteText: Text {
    switch self {
    case .configuration:
      Text(
        "a configuration with clusters, and variables that all name a setting",
        why: "a misspelt variable is not obeyed, and nobody notices",
        mend: "`config show --origin` lists the settings with their variables")
    case .repository:
      Text(
        "the local repository opens, and has the branch",
        why: "every change goes through it",
        mend: "set `repository.path`; `sync` and `render --init` make one")
    case .repositoryLock:
      Text(
        "no other run holds the repository, and no git lock is left in it",
        why: "a commit waits for neither: it fails",
        mend: "let the other run end; remove the lock where no git process runs")
    case .repositoryRead:
      Text(
        "the remote can be fetched from",
        why: "without it a run cannot see what others have merged",
        mend: "check `repository.remote` and its credentials")
    default:
      Text(
        "the remote takes pushes from us (a connection for pushing; nothing is sent)",
        why: "a run that cannot push leaves its commit here and applies nothing",
        mend: "check `repository.push.remote` and the rights of its credentials")
    }
  }

  private var nsxText: Text {
    switch self {
    case .nsxReachable:
      Text(
        "a manager answers, and lets us in",
        why: "everything starts with what NSX says",
        mend: "check `nsx.managers`, proxy, trust and credentials")
    case .nsxCertificate:
      Text(
        "each manager's certificate is checked, and holds for 30 days more; so do the authority and our own",
        why: "an expired one ends every run; an unchecked one lets anybody be NSX",
        mend: "renew the certificate; set `nsx.caFile` or `nsx.thumbprints`")
    case .nsxClock:
      Text(
        "the managers' clocks and ours agree to a minute",
        why: "tokens and certificates fail early, and times in reports mislead",
        mend: "synchronise the clocks (NTP)")
    case .nsxNodes:
      Text(
        "every configured manager is healthy",
        why: "with the last healthy one goes the failover",
        mend: "look at the manager's own health; leave away what is gone for good")
    case .nsxVersion:
      Text(
        "NSX is 3.2 or later",
        why: "older ones have no policies for Antrea clusters",
        mend: "upgrade NSX")
    case .nsxRights:
      Text(
        "our user may read policies, groups, services, profiles and control planes; and write what is reported: inventory, status, tags, groups",
        why: "what cannot be read stops the run, so that nothing is deleted by mistake",
        mend: "give the user the role that the message names")
    default:
      Text(
        "NSX's limits of requests leave room for ours (80 a second, 32 in flight)",
        why: "lower ones make every run slow, and other clients fail",
        mend: "raise the limits of the API service, or let fewer clients share a user")
    }
  }

  private var antreaText: Text {
    switch self {
    case .antreaVersion:
      Text(
        "Antrea is 1.13 or later, and its agents are at most four minor versions behind, and none ahead",
        why: "older ones do not serve v1beta1, and drop fields without a word",
        mend: "upgrade Antrea; finish an upgrade that has stopped half-way")
    case .antreaController:
      Text(
        "the controller's heartbeat is fresh and its condition true",
        why: "without it no policy can be written, and nothing new is realized",
        mend: "look at the pod of antrea-controller, and its log (`logs --component controller`)")
    case .antreaAgents:
      Text(
        "every Node has an agent, whose heartbeat is fresh and whose connections are up, and the controller counts it",
        why: "on a node whose agent is lost, new policies do not take effect",
        mend: "look at the node's antrea-agent, and its log (`logs --node NODE`)")
    case .antreaGates:
      Text(
        "the feature gates that are needed are on: AntreaPolicy; NetworkPolicyStats for statistics; Traceflow",
        why: "without AntreaPolicy rules are stored and never enforced",
        mend: "switch them on in ConfigMap antrea-config and restart Antrea")
    case .antreaKinds:
      Text(
        "tiers, groups and policies are served as crd.antrea.io/v1beta1",
        why: "they are what is written",
        mend: "install Antrea 1.13 or later")
    case .antreaDefinitions:
      Text(
        "their definitions are established, and nothing is stored in a version that is gone",
        why: "an upgrade to Antrea 2.0 cannot read what is stored as v1alpha1",
        mend:
          "rewrite the stored objects (`kubectl get -o yaml` into `kubectl replace -f -`), then take the old version out of `status.storedVersions`"
      )
    case .antreaAPIs:
      Text(
        "the APIs that antrea-controller serves itself are available",
        why: "statistics, group members and support bundles come from them",
        mend: "look at the APIService and at antrea-controller")
    default:
      Text(
        "Antrea's webhooks stand, have a CA that holds, a service behind them, and failurePolicy Fail; and answer (about a group that is not stored: `dryRun=All`)",
        why: "a broken one refuses every write; a missing one lets wrong policies in",
        mend: "restart antrea-controller, which writes the CA; apply Antrea's manifest again")
    }
  }
}
